// What desk and studio share: the theme, the log-in, the session. `<Console page="Desk" roles={["agent"]}>…</Console>`
import { MantineProvider } from "@mantine/core";
import { StrictMode, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { api } from "../api/client";
import { LogIn } from "./LogIn";
import { Problem } from "./Problem";
import { SessionContext, type SessionUser } from "./session";
import { resolver, theme } from "./theme";
import "@mantine/core/styles.css";
import "../tokens/tokens.css";
import "./console.css";

interface Props {
  page: string;
  roles: SessionUser["role"][];
  children: ReactNode;
}

export function Console(props: Props) {
  return (
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
        <Gate {...props} />
      </MantineProvider>
    </StrictMode>
  );
}

function Gate({ page, roles, children }: Props) {
  const [user, setUser] = useState<SessionUser | null>();
  const [error, setError] = useState<unknown>();

  const look = useCallback(async () => {
    try {
      setUser((await api.get("/api/v1/session")).user ?? null);
      setError(undefined);
    } catch (cause) {
      setError(cause);
    }
  }, []);
  useEffect(() => void look(), [look]);

  const session = useMemo(
    () =>
      user && {
        user,
        logOut: async () => {
          await api.delete("/api/v1/session");
          setUser(null);
        },
      },
    [user],
  );

  if (error) return <Problem error={error} onRetry={() => void look()} />;
  if (user === undefined) return null;
  if (!session) return <LogIn page={page} onLogIn={setUser} />;
  if (session.user.role !== "owner" && !roles.includes(session.user.role)) {
    const notice = `You are logged in as ${session.user.name}, whose log-in is not for this page. Use another one.`;
    return <LogIn page={page} onLogIn={setUser} notice={notice} />;
  }
  return <SessionContext value={session}>{children}</SessionContext>;
}
