import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { MortiseError } from "@mortise/contract";

/** A place on this machine that a browser comes back to (RFC 8252 §7.3). */
export interface LoopbackRedirect {
  /** To be registered at the other system; many take any port of this address. */
  readonly redirectUri: string;
  /**
   * The address that the browser came back to, with its query. `isStateless`: the other system brings no state back, so that any request may
   * be the one. Rejects with the signal's reason.
   */
  wait(state: string, signal: AbortSignal, isStateless?: boolean): Promise<string>;
  /** What the browser shows in the end. Only the first call counts. */
  finish(message: string, isGood: boolean): void;
  close(): Promise<void>;
}

const PATH = "/callback";
/** Where a sign-in says which one it is: RFC 6749 §4.1.2, RFC 5849 §2.2, and what some systems of OAuth 1.0a send after a no. */
const STATES = ["state", "oauth_token", "denied"] as const;

/**
 * Listens on 127.0.0.1, on any free port unless one is said. A request that carries another state, or another token of OAuth 1.0a, than this
 * sign-in, such as one that another page sent, is turned away and the wait goes on. Throws `PORT_IN_USE`.
 */
export async function openLoopbackRedirect(port = 0): Promise<LoopbackRedirect> {
  let take: ((address: string) => void) | undefined;
  let isExpected: (answer: URLSearchParams) => boolean = () => false;
  let browser: ServerResponse | undefined;
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? "/", "http://127.0.0.1");
    const isOurs = request.method === "GET" && url?.pathname === PATH && isLoopback(request.headers.host);
    if (!isOurs) return page(response, 404, "There is nothing here.");
    if (take === undefined || !isExpected(url.searchParams))
      return page(response, 400, "This is not the sign-in that is waited for.");
    browser = response;
    take(`${redirectUri}${url.search}`);
    take = undefined;
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `Port ${port} of this machine cannot be used to come back to: ${cause.message}.`;
      reject(new MortiseError("PORT_IN_USE", message, { cause }));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;

  return {
    redirectUri,
    wait: (state, signal, isStateless = false) =>
      new Promise((resolve, reject) => {
        isExpected = (answer) => carries(answer, state, isStateless);
        take = resolve;
        const abort = () => reject(signal.reason);
        signal.addEventListener("abort", abort, { once: true });
        if (signal.aborted) abort();
      }),
    finish: (message, isGood) => {
      if (browser !== undefined && !browser.writableEnded) page(browser, isGood ? 200 : 400, message);
    },
    close: async () => {
      if (browser !== undefined && !browser.writableEnded) page(browser, 400, "The sign-in was given up.");
      server.closeIdleConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether an answer has the state, under whatever name, and no other one where it is usually said. */
function carries(answer: URLSearchParams, state: string, isStateless: boolean): boolean {
  if (STATES.some((name) => answer.getAll(name).some((value) => value !== state))) return false;
  return isStateless || [...answer.values()].includes(state);
}

const isLoopback = (host: string | undefined): boolean => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? "");

function page(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  const shown = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mortise</title><style>body{font:1.1rem/1.5 system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}</style><h1>${status === 200 ? "Connected" : "Not connected"}</h1><p>${shown}</p></html>`,
  );
}
