// Who is logged in on this page.
import { createContext, useContext } from "react";
import type { Schema } from "../api/client";

export type SessionUser = Schema<"SessionUser">;

export interface SessionControls {
  user: SessionUser;
  logOut: () => Promise<void>;
}

export const SessionContext = createContext<SessionControls | null>(null);

/** The person logged in. Only inside `Console`, which shows the log-in page to everybody else. */
export function useSession(): SessionControls {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of Console");
  return session;
}
