import { createHash, randomBytes } from "node:crypto";
import type { DigestScheme, SingleAuthScheme } from "@mortise/contract";
import type { WireRequest } from "../wire-request.ts";
import type { IssuedSecrets } from "./issued.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";

const REALM = "simulator";
const PARAMETER = /([a-z0-9*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

/** A challenge with a nonce of its own (RFC 7616 §3.3): SHA-256, `auth`. */
export function digestChallenge(
  scheme: DigestScheme & SingleAuthScheme,
  connection: SimulatedConnection,
  issued: IssuedSecrets,
): string {
  const { text } = issued.give({ kind: "nonce", scheme, connection, text: randomBytes(16).toString("hex") });
  return `Digest realm="${REALM}", qop="auth", algorithm=SHA-256, nonce="${text}", opaque="simulated"`;
}

/** Why a request does not answer a challenge (RFC 7616 §3.4): the nonce was given here, no count of it is used twice, the response is the user's. */
export function digestProblem(
  scheme: DigestScheme & SingleAuthScheme,
  request: WireRequest,
  { credential = {} }: SimulatedConnection,
  issued: IssuedSecrets,
): string | undefined {
  const header = request.headers.authorization ?? "";
  if (!/^digest /i.test(header)) return "the header Authorization does not answer the challenge";
  const said = digestFields(header.slice("digest ".length));
  const { username = credential.username ?? "", password = "" } = credential;
  if (said.username !== username && said["username*"] !== `UTF-8''${encodeURIComponent(username)}`)
    return "the user is not known";
  if (issued.find(scheme, "nonce", said.nonce) === undefined) return "the nonce is none that was given here";
  if (said.uri !== request.target) return "the answer is for another address";
  const key = digest(`${username}:${REALM}:${password}`);
  const own = digest(`${request.method}:${said.uri}`);
  const expected = digest(`${key}:${said.nonce}:${said.nc}:${said.cnonce}:${said.qop}:${own}`);
  if (said.response !== expected) return "the password is wrong";
  return issued.use(`${said.nonce} ${said.nc}`) > 0 ? "the count of the nonce was used before" : undefined;
}

function digestFields(text: string): { readonly [name: string]: string | undefined } {
  const entries = [...text.matchAll(PARAMETER)].map(([, name = "", quoted, token]) => [
    name.toLowerCase(),
    quoted?.replaceAll(/\\(.)/g, "$1") ?? token,
  ]);
  return Object.fromEntries(entries) as { readonly [name: string]: string | undefined };
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
