// Errors in words: what happened, what was kept, what to do.
import { ApiError } from "../api/client";

export function inWords(error: unknown): string {
  if (!(error instanceof ApiError)) return "Something went wrong on this page. Reload it, please.";
  if (error.offline) return "The shop cannot be reached just now. Nothing was changed; try again in a moment.";
  if (error.status === 401) return "Your log-in has ended. Log in again to go on.";
  return error.message;
}
