import type { Diagnostic, Json } from "@mortise/contract";

/** An answer of the API that is not a success (RFC 9457, problem details). */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: string;
  readonly remedy: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The whole body, for answers that carry more. */
  readonly body: { readonly [key: string]: unknown };

  constructor(status: number, body: { readonly [key: string]: unknown }) {
    const text = (key: string) => (typeof body[key] === "string" ? (body[key] as string) : undefined);
    super(text("detail") ?? text("title") ?? `HTTP ${status}`);
    this.status = status;
    this.code = text("code") ?? `HTTP_${status}`;
    this.remedy = text("remedy");
    this.diagnostics = Array.isArray(body.diagnostics) ? (body.diagnostics as readonly Diagnostic[]) : [];
    this.body = body;
  }
}

/** What a request may carry. */
export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly ifMatch?: number;
  readonly signal?: AbortSignal;
}

/** Calls the API; `path` is below `/api/v1/`. Throws {@link ApiProblem}; status 0 where the server cannot be reached. */
export async function request<T>(path: string, { method = "GET", body, ifMatch, signal }: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (method !== "GET") headers["x-mortise"] = "1";
  if (body !== undefined) headers["content-type"] = "application/json";
  if (ifMatch !== undefined) headers["if-match"] = `"${ifMatch}"`;
  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiProblem(0, { code: "UNREACHABLE", title: "The server cannot be reached." });
  }
  const text = await response.text();
  const parsed = readBody(text);
  if (!response.ok)
    throw new ApiProblem(
      response.status,
      typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {},
    );
  return parsed as T;
}

function readBody(text: string): Json | undefined {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
