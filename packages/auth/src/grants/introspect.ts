import { getPointer, type Json, MortiseError } from "@mortise/contract";
import { fillEndpoints } from "../oidc/fill-endpoints.ts";
import { isStandard } from "../oidc/is-standard.ts";
import { openClient } from "../oidc/open-client.ts";
import { settle } from "../oidc/settle.ts";
import type { TokenQuery } from "../tokens/request-token.ts";
import { parseAnswer } from "../tokens/run-steps.ts";
import { sendTokenRequest, type TokenReply } from "../tokens/send-token-request.ts";
import { tokenRefusal } from "../tokens/token-refusal.ts";
import type { TokenHint } from "./revoke.ts";
import { withoutOwnWriting } from "./without-own-writing.ts";

/** What a server says of a token (RFC 7662 §2.2). Of one that is not active it says no more. */
export interface Introspection {
  readonly active: boolean;
  /** Epoch ms. Absent: it does not say. */
  readonly endsAtMs?: number;
  readonly scope?: string;
  readonly clientId?: string;
  /** Whom the token speaks for. */
  readonly subject?: string;
  readonly username?: string;
  /** Thumbprints of what it is bound to: a key (RFC 9449 §6.2), a certificate (RFC 8705 §3.2). */
  readonly boundTo?: { readonly key?: string; readonly certificate?: string };
}

/**
 * Asks what a token is worth (RFC 7662). Undefined: neither the contract nor the issuer's metadata has an introspection endpoint. Throws
 * `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`, `EGRESS_DENIED`.
 */
export async function introspect(
  asked: TokenQuery,
  token: string,
  hint: TokenHint = "access_token",
): Promise<Introspection | undefined> {
  const query = await fillEndpoints(asked);
  const { introspectUrl } = query.scheme;
  if (introspectUrl === undefined) return undefined;
  const { url, answer } = await send(query, introspectUrl, { token, token_type_hint: hint });
  const body = parseAnswer(answer.body);
  const active = getPointer(body, "/active");
  if (answer.status < 300 && typeof active === "boolean") return read(body, active);
  if (answer.status < 300) throw new MortiseError("MISCONFIGURED", `${url.host} does not say whether the token is active.`);
  throw tokenRefusal(answer, body, url.host, "/active", query.nowMs);
}

async function send(
  query: TokenQuery,
  introspectUrl: string,
  asked: { readonly token: string; readonly token_type_hint: TokenHint },
): Promise<TokenReply> {
  if (!isStandard(query.scheme)) return sendTokenRequest(withoutOwnWriting(query), introspectUrl, asked);
  const client = await import("openid-client");
  const open = await openClient(query, "introspectUrl");
  const { token, ...parameters } = asked;
  return settle(open, () => client.tokenIntrospection(open.configuration, token, parameters));
}

function read(body: Json, active: boolean): Introspection {
  if (!active) return { active };
  const text = (pointer: string): string | undefined => {
    const found = getPointer(body, pointer);
    return typeof found === "string" ? found : undefined;
  };
  const exp = Number(getPointer(body, "/exp") ?? Number.NaN);
  const bound = { key: text("/cnf/jkt"), certificate: text("/cnf/x5t#S256") };
  const said = { scope: text("/scope"), clientId: text("/client_id"), subject: text("/sub"), username: text("/username") };
  return {
    active,
    ...(Number.isFinite(exp) ? { endsAtMs: exp * 1_000 } : {}),
    ...present(said),
    ...(bound.key === undefined && bound.certificate === undefined ? {} : { boundTo: present(bound) }),
  };
}

function present(fields: { readonly [name: string]: string | undefined }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== undefined)) as {
    readonly [name: string]: string;
  };
}
