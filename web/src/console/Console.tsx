// What desk and studio share: the theme, the log-in, the session. `<Console page="Desk" roles={["agent"]}>…</Console>`
import { MantineProvider } from "@mantine/core";
import { StrictMode, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { api } from "../api/client";
import { LogIn } from "./LogIn";
import { Problem } from "./Problem";
import { onEnded, SessionContext, type SessionUser } from "./session";
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
  const [ended, setEnded] = useState(false);
  const [logIns, setLogIns] = useState(0);

  const look = useCallback(async () => {
    try {
      setUser((await api.get("/api/v1/session")).user ?? null);
      setError(undefined);
    } catch (cause) {
      setError(cause);
    }
  }, []);
  useEffect(() => void look(), [look]);
  useEffect(() => onEnded(() => setEnded(true)), []);

  const logIn = (who: SessionUser) => {
    setUser(who);
    setEnded(false);
    setLogIns((count) => count + 1);
  };

  const session = useMemo(
    () =>
      user && {
        user,
        logIns,
        logOut: async () => {
          await api.delete("/api/v1/session");
          setUser(null);
        },
      },
    [user, logIns],
  );

  if (error) return <Problem error={error} onRetry={() => void look()} />;
  if (user === undefined) return null;
  if (!session) return <LogIn page={page} onLogIn={logIn} />;
  if (session.user.role !== "owner" && !roles.includes(session.user.role)) {
    const notice = `You are logged in as ${session.user.name}, whose log-in is not for this page. Use another one.`;
    return <LogIn page={page} onLogIn={logIn} notice={notice} />;
  }
  return (
    <SessionContext value={session}>
      <div inert={ended} key={session.user.id} className="console-page-frame">
        {children}
      </div>
      {ended && (
        <div className="console-over">
          <LogIn page={page} onLogIn={logIn} notice="Your log-in has ended. What you had begun is still here." />
        </div>
      )}
    </SessionContext>
  );
}
