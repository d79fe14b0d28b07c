// A mail as it came, with what it quotes: read only when somebody wants to see it.
import { useState } from "react";
import { api } from "../api/client";
import { inWords } from "../console/errors";
import { noteRefusal } from "../console/session";

export function WholeMail({ message }: { message: number }) {
  const [text, setText] = useState<string>();
  const [error, setError] = useState<string>();
  const load = async () => {
    try {
      setError(undefined);
      setText((await api.get("/api/v1/desk/messages/{message}/original", { path: { message } })).text);
    } catch (cause) {
      noteRefusal(cause);
      setError(inWords(cause));
    }
  };
  return (
    <details className="desk-whole" onToggle={({ currentTarget }) => currentTarget.open && text === undefined && void load()}>
      <summary>Show the whole mail</summary>
      {error ? <p role="alert">{error}</p> : <p>{text ?? "Loading…"}</p>}
    </details>
  );
}
