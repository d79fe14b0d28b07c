// The log-in page of desk and studio.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { api, ApiError } from "../api/client";
import { inWords } from "./errors";
import type { SessionUser } from "./session";

interface Props {
  page: string;
  onLogIn: (user: SessionUser) => void;
  /** Why somebody who was logged in sees this page. */
  notice?: string;
}

export function LogIn({ page, onLogIn, notice }: Props) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const { user } = await api.post("/api/v1/session", { body: { email, password } });
      if (user) onLogIn(user);
    } catch (cause) {
      const tooMany = cause instanceof ApiError && cause.status === 429;
      const wait = tooMany ? ` Try again in ${Math.ceil(cause.retryAfter ?? 30)} seconds.` : "";
      // 401 here means a wrong password, not an ended log-in.
      setError(cause instanceof ApiError && !cause.offline ? cause.message + wait : inWords(cause));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="console-login">
      <form onSubmit={(event) => void submit(event)} aria-label={`Log in to the ${page.toLowerCase()}`}>
        <p className="console-brand">
          <span aria-hidden="true" className="console-mark" />
          Souk
        </p>
        <h1>{page}</h1>
        {notice && (
          <p role="status" className="console-notice">
            {notice}
          </p>
        )}
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          autoFocus
          size="md"
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          size="md"
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": "Show the password" }}
        />
        {error && (
          <p role="alert" className="console-form-error">
            {error}
          </p>
        )}
        <Button type="submit" size="md" fullWidth loading={busy}>
          Log in
        </Button>
      </form>
    </main>
  );
}
