import { createHash } from "node:crypto";

/** Digests of RFC 7616 §6.1, the strongest first, as Node names them. */
export const DIGESTS: { readonly [algorithm: string]: string } = Object.freeze({
  "sha-512-256": "sha512-256",
  "sha-256": "sha256",
  md5: "md5",
});

/** What an answer to a challenge is computed of. */
export interface DigestParts {
  /** As the challenge writes it, e.g. `SHA-256-sess`. */
  readonly algorithm: string;
  readonly username: string;
  readonly password: string;
  /** Bytes as characters, as headers give them. */
  readonly realm: string;
  readonly nonce: string;
  readonly cnonce: string;
  /** Count of uses of the nonce, 8 hex digits. */
  readonly nc: string;
  /** Undefined: the server knows none (RFC 2069). */
  readonly qop: "auth" | "auth-int" | undefined;
  readonly method: string;
  /** Path and query as sent. */
  readonly uri: string;
  readonly body?: string | Buffer | undefined;
  /** Of a session that began with an earlier nonce. Absent: it begins with this one. */
  readonly sessionKey?: string | undefined;
}

/** The digest of an algorithm. Undefined: not known here. */
export function digestOf(algorithm: string): ((data: string | Buffer) => string) | undefined {
  const name = algorithm.toLowerCase().replace(/-sess$/, "");
  const digest = Object.hasOwn(DIGESTS, name) ? DIGESTS[name] : undefined;
  return digest === undefined ? undefined : (data) => createHash(digest).update(data).digest("hex");
}

/** H(A1) (RFC 7616 §3.4.2). With `-sess` it stays the same for as long as the session. */
export function keyOf({ algorithm, username, password, realm, nonce, cnonce }: Omit<DigestParts, "sessionKey">): string {
  const h = known(algorithm);
  const own = h(Buffer.concat([Buffer.from(`${username}:`), Buffer.from(realm, "latin1"), Buffer.from(`:${password}`)]));
  return isSession(algorithm) ? h(`${own}:${nonce}:${cnonce}`) : own;
}

/** The `response` (RFC 7616 §3.4.1). */
export function digestResponse(parts: DigestParts): string {
  const { algorithm, nonce, nc, cnonce, qop, method, uri, body } = parts;
  const h = known(algorithm);
  const request = h(qop === "auth-int" ? `${method}:${uri}:${h(body ?? "")}` : `${method}:${uri}`);
  const key = parts.sessionKey ?? keyOf(parts);
  return h(qop === undefined ? `${key}:${nonce}:${request}` : `${key}:${nonce}:${nc}:${cnonce}:${qop}:${request}`);
}

/** Whether A1 belongs to a session. */
export const isSession = (algorithm: string): boolean => /-sess$/i.test(algorithm);

function known(algorithm: string): (data: string | Buffer) => string {
  const digest = digestOf(algorithm);
  if (digest === undefined) throw new Error(`no digest ${algorithm}`);
  return digest;
}
