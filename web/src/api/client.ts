// The HTTP API, typed by our OpenAPI file. Knows how to ask and how errors look; knows no page's meaning.
import type { components, paths } from "./schema";

export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

type Method = "get" | "post" | "put" | "patch" | "delete";
type Operation<P extends keyof paths, M extends Method> = Exclude<paths[P][M & keyof paths[P]], undefined>;
type PathsWith<M extends Method> = {
  [P in keyof paths]: Operation<P, M> extends never ? never : P;
}[keyof paths];

type Body<O> = O extends { requestBody: { content: { "application/json": infer T } } } ? T : undefined;
type Answer<O> = O extends { responses: { 200: { content: { "application/json": infer T } } } } ? T : undefined;

/** What the server says when it refuses, and `offline` when nothing was heard from it at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly facts: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }

  get offline(): boolean {
    return this.status === 0;
  }

  /** Worth another try without a change: nobody answered, too fast, or the server's own trouble. */
  get passing(): boolean {
    return this.offline || this.status === 429 || this.status >= 500;
  }

  /** Somebody was faster: the version in If-Match is not the newest. */
  get movedOn(): boolean {
    return this.status === 409 || this.status === 412;
  }

  /** Seconds that the server asks to wait, when it does. */
  get retryAfter(): number | undefined {
    const seconds = this.facts["retry_after"];
    return typeof seconds === "number" ? seconds : undefined;
  }
}

export interface Options<B> {
  /** Values for `{name}` in the path. */
  path?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: B;
  /** The version that was seen; sent as If-Match. */
  version?: number | string;
  signal?: AbortSignal;
}

/** Sent with every request. A page adds what it knows, such as the language that its reader chose. */
export const standingHeaders: Record<string, string> = { Accept: "application/json" };

function address(template: string, { path = {}, query = {} }: Options<unknown>): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  return asked.length ? `${filled}?${new URLSearchParams(asked.map(([k, v]) => [k, String(v)]))}` : filled;
}

async function send(method: Method, template: string, options: Options<unknown>): Promise<unknown> {
  const headers = { ...standingHeaders };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.version !== undefined) headers["If-Match"] = `"${options.version}"`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(address(template, options), {
      method: method.toUpperCase(),
      headers,
      credentials: "same-origin",
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      ...(options.signal && { signal: options.signal }),
    });
    text = await response.text();
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiError(0, "offline", "The shop cannot be reached just now.");
  }
  const value = parsed(text);
  if (response.ok) return value;
  throw refusal(response.status, value);
}

function parsed(text: string): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, value: unknown): ApiError {
  const error = (value as { error?: Record<string, unknown> } | undefined)?.error;
  if (!error) return new ApiError(status, `http_${status}`, `The server answered ${status}.`);
  const { code, message, ...facts } = error;
  return new ApiError(status, String(code), String(message), facts);
}

type Caller<M extends Method> = <P extends PathsWith<M>>(
  path: P,
  ...options: Body<Operation<P, M>> extends undefined
    ? [options?: Options<undefined>]
    : [options: Options<Body<Operation<P, M>>> & { body: Body<Operation<P, M>> }]
) => Promise<Answer<Operation<P, M>>>;

function caller<M extends Method>(method: M): Caller<M> {
  return (async (path: string, options: Options<unknown> = {}) => send(method, path, options)) as Caller<M>;
}

/** `await api.post("/api/v1/desk/tickets/{ticket}/claim", { path: { ticket: 5 }, version: 3 })`; throws ApiError. */
export const api = {
  get: caller("get"),
  post: caller("post"),
  put: caller("put"),
  patch: caller("patch"),
  delete: caller("delete"),
};
