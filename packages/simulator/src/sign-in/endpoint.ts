import type { Json } from "@mortise/contract";
import { literalPattern } from "../literal-pattern.ts";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { WireRequest } from "../wire-request.ts";
import type { IssuedSecrets } from "./issued.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";

/** An address that signing in calls. */
export interface Endpoint {
  readonly method: string;
  /** Host names that it is called by, with their ports. */
  readonly host: RegExp;
  readonly path: RegExp;
  /** Its address is a setting as a whole, so that any path could be it: only what a request says tells. */
  readonly isAnywhere: boolean;
  answer(request: WireRequest): SimulatedAnswer;
}

/** What the endpoints of one scheme work with. */
export interface Side {
  readonly issued: IssuedSecrets;
  /** Connections of the scheme, those that were registered on the way included. */
  readonly connections: () => readonly SimulatedConnection[];
  /** Takes in a client that was registered on the way. */
  readonly register: (connection: SimulatedConnection) => void;
}

const HOLE = /\$?\{[^{}]*\}/;

/** An endpoint at a URL with `{settings.x}` holes, any of which may be the base. */
export function endpointAt(method: string, url: string, answer: (request: WireRequest) => SimulatedAnswer): Endpoint {
  const [, host, path = ""] = /^(?:[a-z][a-z0-9+.-]*:\/\/([^/?#]*))?([^?#]*)/i.exec(url) ?? [];
  const isBased = HOLE.exec(path)?.index === 0;
  return {
    method,
    host: new RegExp(`^${pattern(host ?? "{any}")}$`, "i"),
    isAnywhere: host === undefined && path.replace(HOLE, "").replace("/", "") === "",
    path: new RegExp(`${isBased ? "" : "^"}${pattern(path === "" ? "/" : path)}$`),
    answer,
  };
}

const SPOKEN = /(?:^|[?&])(?:client_id|grant_type|response_type|client_assertion|token|device_code|refresh_token|username)=/;

/** Whether a request speaks as those do that sign in (RFC 6749 §4, RFC 7009 §2.1, RFC 8628 §3.1), or carries a signature of OAuth 1.0a. */
export function speaksOfSignIn({ target, body, headers }: WireRequest): boolean {
  return (
    SPOKEN.test(target) || SPOKEN.test(body.toString("utf8", 0, 10_000)) || headers.authorization?.startsWith("OAuth ") === true
  );
}

const pattern = (template: string): string => template.split(HOLE).map(literalPattern).join(".*");

/** The text of a URL's origin, whose holes may come to anything; `""` where the URL is a base itself. */
export const originOf = (url: string): string => /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? "";

/** An answer that holds secrets (RFC 6749 §5.1). */
export const secretAnswer = (body: Json, headers: { readonly [name: string]: string } = {}): SimulatedAnswer => ({
  status: 200,
  headers: { "cache-control": "no-store", ...headers },
  body,
});

/** A refusal as RFC 6749 §5.2 has it. Absent status: 400. */
export const refused = (error: string, description: string, status = 400): SimulatedAnswer => ({
  status,
  headers: { "cache-control": "no-store" },
  body: { error, error_description: description },
});
