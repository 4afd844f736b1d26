import type { Served } from "../../src/serve.ts";

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. Throws where it is none. */
  json<T = Record<string, unknown>>(): T;
}

/** Sends one request; `body` goes as JSON. */
export type Send = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

/** A client without any right. */
export function stranger(served: Pick<Served, "url">, own: Readonly<Record<string, string>> = {}): Send {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(new URL(path, served.url), {
      method,
      redirect: "manual",
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...own, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
  };
}

/** A script with the API token. */
export const script = (served: Served): Send => stranger(served, { authorization: `Bearer ${served.apiToken}` });

/** Follows the sign-in link; the cookie that it gives, or undefined. */
export async function signIn(url: string): Promise<string | undefined> {
  const answer = await fetch(url, { redirect: "manual" });
  return answer.headers.get("set-cookie")?.split(";")[0];
}

/** Waits for the end of a run. */
export async function ended(
  send: Send,
  runId: string,
): Promise<{ readonly run: { readonly status: string }; readonly lastEventId: number }> {
  for (;;) {
    const found = (await send("GET", `/api/v1/runs/${runId}`)).json<{ run: { status: string }; lastEventId: number }>();
    if (!["running", "waiting"].includes(found.run.status)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
