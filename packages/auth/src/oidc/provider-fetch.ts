import type { CustomFetch } from "openid-client";
import type { ClientCertificate, TokenAnswer, TokenRequest, TokenTransport } from "../tokens/token-transport.ts";

/** What the library asked last, and how that ended. */
export interface LastExchange {
  readonly url?: URL;
  readonly answer?: TokenAnswer;
  /** What the transport threw; the library wraps it in errors of its own. */
  readonly failure?: unknown;
}

/** The deployment's way out as the library's `fetch`, and what went over it last. */
export function providerFetch(
  transport: TokenTransport,
  certificate?: ClientCertificate,
): { readonly fetch: CustomFetch; readonly last: () => LastExchange } {
  let last: LastExchange = {};
  const fetch: CustomFetch = async (address, { method, headers, body }) => {
    const url = new URL(address);
    last = { url };
    try {
      const answer = await transport({
        method: method === "GET" ? "GET" : "POST",
        url,
        headers: withoutAgent(headers),
        ...textOf(body),
        ...(certificate === undefined ? {} : { certificate }),
      });
      last = { url, answer };
      const isEmpty = answer.status === 204 || answer.status === 205 || answer.status === 304;
      return new Response(isEmpty ? null : answer.body, { status: answer.status, headers: { ...answer.headers } });
    } catch (failure) {
      last = { url, failure };
      throw failure;
    }
  };
  return { fetch, last: () => last };
}

function withoutAgent(headers: { readonly [name: string]: string }): TokenRequest["headers"] {
  const { "user-agent": _, ...others } = headers;
  return others;
}

function textOf(body: Parameters<CustomFetch>[1]["body"]): { readonly body?: string } {
  return body === undefined || body === null ? {} : { body: String(body) };
}
