// Who is logged in on this page, and the news that they no longer are.
import { createContext, useContext } from "react";
import { ApiError, type Schema } from "../api/client";

export type SessionUser = Schema<"SessionUser">;

export interface SessionControls {
  user: SessionUser;
  /** Goes up when somebody logs in again after their log-in had ended. */
  logIns: number;
  logOut: () => Promise<void>;
}

export const SessionContext = createContext<SessionControls | null>(null);

/** The person logged in. Only inside `Console`, which shows the log-in page to everybody else. */
export function useSession(): SessionControls {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of Console");
  return session;
}

const news = new EventTarget();

/** Pass every error of the API through here: a log-in that has ended brings the log-in page over what is on screen. */
export function noteRefusal(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) news.dispatchEvent(new Event("ended"));
}

/** Calls `then` when the server no longer knows our log-in. Returns the way to stop. */
export function onEnded(then: () => void): () => void {
  news.addEventListener("ended", then);
  return () => news.removeEventListener("ended", then);
}
