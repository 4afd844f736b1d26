/**
 * Answers the challenges of Digest access authentication (RFC 7616) for one connection.
 *
 * Owns: the challenge and the count of its nonce, by origin.
 * Does not own: sending a request again (EgressClient), what a refusal means.
 * Invariants:
 *   D1. A request goes out unsigned only while no challenge of its origin is known; after that each one is answered ahead.
 *   D2. No count of a nonce is used twice.
 *   D3. A refusal of an answer to a fresh challenge is final, and the challenge is forgotten: a wrong password is not tried over and over.
 *   D4. Basic is never answered, whatever a server offers beside Digest.
 */

import type { Credential } from "../../credential/credential.ts";
import { reveal } from "../../credential/reveal.ts";
import { encodeStrictly } from "../percent-encode.ts";
import type { SignedRequest, WholeRequest } from "../request-draft.ts";
import type { AnswerHead, RequestSigner, SignerOwner, SigningContext } from "../request-signer.ts";
import { wantsWholeBody } from "../wants-whole-body.ts";
import { type Challenge, readChallenges, readParams } from "./challenges.ts";
import { DIGESTS, digestOf, digestResponse, isSession, keyOf } from "./digest-response.ts";

/** A challenge that is being answered. */
interface Session {
  readonly params: Challenge["params"];
  readonly qop: "auth" | "auth-int" | undefined;
  nonce: string;
  count: number;
  /** Of `-sess`: H(A1), made with the first answer. */
  key: string | undefined;
  cnonce: string | undefined;
}

const MAX_ORIGINS = 16;
const CNONCE_BYTES = 16;

export class DigestSigner implements RequestSigner {
  readonly #owner: SignerOwner;
  readonly #sessions = new Map<string, Session>();

  constructor(owner: SignerOwner) {
    this.#owner = owner;
  }

  async sign(request: WholeRequest, context: SigningContext): Promise<SignedRequest> {
    const session = this.#sessions.get(request.url.origin);
    const bare = { ...request, secretParams: [], secretFields: {} };
    if (session === undefined) return { ...bare, secretHeaders: [], echoes: [] };
    const { authorization, response } = answerTo(session, request, this.#owner.credential, context);
    return {
      ...bare,
      headers: { ...request.headers, authorization },
      secretHeaders: ["authorization"],
      echoes: [response],
    };
  }

  answered({ url, headers }: SignedRequest, answer: AnswerHead): boolean {
    const { origin } = url;
    const info = answer.headers["authentication-info"];
    if (info !== undefined) this.#goOn(origin, readParams(info).params.nextnonce);
    if (answer.status !== 401) return false;
    const fresh = bestOf(readChallenges(answer.headers["www-authenticate"] ?? ""));
    if (fresh === undefined) return false;
    const said = usedIn(headers.authorization);
    // Many servers say nothing where a nonce has ended, they only give another one.
    const isLate = said !== undefined && (fresh.params.stale?.toLowerCase() === "true" || said.count > 1);
    if (said !== undefined && (!isLate || said.nonce === fresh.nonce)) {
      this.#sessions.delete(origin);
      return false;
    }
    this.#sessions.delete(origin);
    this.#sessions.set(origin, fresh);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MAX_ORIGINS) break;
      this.#sessions.delete(oldest);
    }
    return true;
  }

  /** The server gave the nonce that is to be used next (RFC 7616 §3.5). */
  #goOn(origin: string, nonce: string | undefined): void {
    const session = this.#sessions.get(origin);
    if (session === undefined || nonce === undefined || nonce === "" || nonce === session.nonce) return;
    session.nonce = nonce;
    session.count = 0;
  }
}

/** The strongest challenge that can be answered; of two equal ones the first (RFC 7616 §3.7). */
function bestOf(challenges: readonly Challenge[]): Session | undefined {
  const strength = Object.keys(DIGESTS);
  const rank = ({ params }: Challenge): number =>
    strength.indexOf((params.algorithm ?? "md5").toLowerCase().replace(/-sess$/, ""));
  const [best] = challenges
    .filter((challenge) => challenge.scheme === "digest" && rank(challenge) >= 0 && qopOf(challenge) !== null)
    .filter(({ params }) => params.nonce !== undefined && params.realm !== undefined)
    .toSorted((one, other) => rank(one) - rank(other));
  if (best === undefined) return undefined;
  const { params } = best;
  return { params, qop: qopOf(best) ?? undefined, nonce: params.nonce ?? "", count: 0, key: undefined, cnonce: undefined };
}

/** Undefined: the server offers none, as before RFC 2617. Null: none that is known here. */
function qopOf({ params }: Challenge): "auth" | "auth-int" | undefined | null {
  const offered = (params.qop ?? "").toLowerCase().split(/[\s,]+/);
  if (offered.every((each) => each === "")) return undefined;
  return offered.includes("auth") ? "auth" : offered.includes("auth-int") ? "auth-int" : null;
}

function answerTo(
  session: Session,
  { method, url, body, bodySha256 }: WholeRequest,
  credential: Credential,
  { randomBytes }: SigningContext,
): { readonly authorization: string; readonly response: string } {
  const { params, qop, nonce } = session;
  if (qop === "auth-int" && bodySha256 !== undefined) throw wantsWholeBody();
  const { algorithm = "MD5", realm = "", opaque } = params;
  const username = reveal(credential, "username");
  const password = credential.password?.reveal() ?? "";
  const uri = `${url.pathname}${url.search}`;
  const fresh = Buffer.from(randomBytes(CNONCE_BYTES)).toString("hex");
  if (isSession(algorithm)) session.cnonce ??= fresh;
  const cnonce = session.cnonce ?? fresh;
  const nc = (++session.count).toString(16).padStart(8, "0");
  const parts = { algorithm, username, password, realm, nonce, cnonce, nc, qop, method, uri, body };
  if (isSession(algorithm)) session.key ??= keyOf(parts);
  const response = digestResponse({ ...parts, sessionKey: session.key });
  const isHashed = params.userhash?.toLowerCase() === "true";
  const fields = [
    ...(isHashed ? [`username=${quoted(hashedName(algorithm, username, realm))}`] : [nameField(username)]),
    `realm=${quoted(realm)}`,
    `uri=${quoted(uri)}`,
    ...(params.algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    `nonce=${quoted(nonce)}`,
    ...(qop === undefined && !isSession(algorithm) ? [] : [`cnonce=${quoted(cnonce)}`]),
    ...(qop === undefined ? [] : [`nc=${nc}`, `qop=${qop}`]),
    `response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(isHashed ? ["userhash=true"] : []),
  ];
  return { authorization: `Digest ${fields.join(", ")}`, response };
}

/** RFC 7616 §3.4.4. */
function hashedName(algorithm: string, username: string, realm: string): string {
  return digestOf(algorithm)?.(Buffer.concat([Buffer.from(`${username}:`), Buffer.from(realm, "latin1")])) ?? "";
}

/** A name that is not ASCII is written as RFC 8187 has it (RFC 7616 §3.4). */
function nameField(username: string): string {
  return /^[\x20-\x7e]*$/.test(username) ? `username=${quoted(username)}` : `username*=UTF-8''${encodeStrictly(username)}`;
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

/** The nonce that a request was signed with, and which use of it that was. Undefined: it was not signed. */
function usedIn(authorization: string | undefined): { readonly nonce: string; readonly count: number } | undefined {
  if (authorization === undefined || !authorization.startsWith("Digest ")) return undefined;
  const { nonce = "", nc = "1" } = readParams(authorization.slice("Digest ".length)).params;
  return { nonce, count: Number.parseInt(nc, 16) };
}
