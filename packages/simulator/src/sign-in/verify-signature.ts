import { createHash, createHmac, createPrivateKey, createPublicKey, type KeyObject, verify } from "node:crypto";
import { compileValue, type Scope } from "@mortise/builders";
import type { Json, Placement, RequestSignature } from "@mortise/contract";
import { type WireRequest, wireBody } from "../wire-request.ts";
import { readPlacement } from "./read-placement.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";
import { filled } from "./value-at.ts";
import { publicKey } from "./verify-jwt.ts";

const VARIABLES = ["signature", "timestamp", "nonce", "nonceBase64"] as const;

/**
 * Why a request is not signed as the contract says, with the connection's key. Undefined: it is, or that cannot be told: every place is
 * filled, but time or nonce were written in a way that cannot be read back, or the signed text is made of all headers, more of which arrive
 * than were signed.
 */
export function signatureProblem(
  spec: RequestSignature,
  request: WireRequest,
  { credential = {}, settings = {} }: Pick<SimulatedConnection, "credential" | "settings">,
): string | undefined {
  const known: Scope = { credential, settings };
  const read: { [variable: string]: string } = {};
  let isWhole = true;
  for (const placement of spec.apply) {
    const said = readPlacement(request, placement, { ...known, ...requestScope(request) }, VARIABLES);
    if ("problem" in said) return said.problem;
    if ("unreadable" in said) isWhole = false;
    else Object.assign(read, said.found);
  }
  if (read.nonceBase64 !== undefined) read.nonce ??= Buffer.from(read.nonceBase64, "base64").toString("hex");
  if (read.nonce !== undefined) read.nonceBase64 ??= Buffer.from(read.nonce, "hex").toString("base64");
  const text = compileValue(spec.stringToSign);
  const needs = text.reads.map(([name, ...path]) => [name ?? "", path.length] as const);
  const isTold = needs.every(([name, depth]) =>
    VARIABLES.some((each) => each === name) ? read[name] !== undefined : name !== "headers" || depth > 0,
  );
  if (!isTold || read.signature === undefined) return isWhole ? "the request is not signed" : undefined;
  const scope = { ...requestScope(unsigned(spec, request, settings)), ...known, ...read };
  try {
    return isSigned(spec, signedBytes(text.evaluate(scope)), credential, read.signature) ? undefined : "the signature is another";
  } catch {
    return undefined;
  }
}

/** The request as it was when it was signed: without the places that the signature was put into. */
function unsigned(spec: RequestSignature, request: WireRequest, settings: SimulatedConnection["settings"]): WireRequest {
  const places = spec.apply.filter(readsSignature).map(({ in: place, name }) => ({ place, name: filled(name, settings) }));
  const named = (kind: Placement["in"]) => places.filter(({ place }) => place === kind).map(({ name }) => name);
  const cut = request.target.indexOf("?");
  const search = cut < 0 ? "" : request.target.slice(cut + 1);
  const parts = search
    .split("&")
    .filter((part) => part !== "" && !named("query").some((name) => new URLSearchParams(part).has(name)));
  const target = parts.length === 0 ? request.path : `${request.path}?${parts.join("&")}`;
  const fields = named("body");
  const { data } = wireBody(request);
  const isJson = /json/i.test(request.headers["content-type"] ?? "") && typeof data === "object" && data !== null;
  const body =
    fields.length > 0 && isJson
      ? Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(data).filter(([name]) => !fields.includes(name)))))
      : request.body;
  return { ...request, target, query: new URLSearchParams(parts.join("&")), body };
}

const readsSignature = ({ value }: Placement): boolean =>
  value === undefined || compileValue(value).reads.some(([name]) => name === "signature");

/** What values see of a request. */
function requestScope({ method, host, path, target, query, headers, body }: WireRequest): Scope {
  const digest = (algorithm: string): string => createHash(algorithm).update(body).digest("hex");
  const names = [...new Set(query.keys())];
  const byName = names.map((name): [string, Json] => {
    const all = query.getAll(name);
    return [name, all.length === 1 ? (all[0] ?? "") : all];
  });
  return {
    method,
    host,
    path,
    query: Object.fromEntries(byName),
    queryString: target.slice(path.length + 1),
    headers,
    body: body.toString("utf8"),
    bodySha256: digest("sha256"),
    bodyMd5: digest("md5"),
  };
}

/** A text, bytes as `{ hex }` or `{ base64 }`, digests of parts, or a list of those. Throws an `Error` for anything else. */
function signedBytes(value: Json): Buffer {
  if (typeof value !== "object") return Buffer.from(String(value), "utf8");
  if (Array.isArray(value)) return Buffer.concat((value as readonly Json[]).map(signedBytes));
  const [[name, content] = ["", ""]] = Object.entries(value ?? {}) as [string, Json][];
  if (name === "hex" || name === "base64") return Buffer.from(String(content), name);
  return createHash(name).update(signedBytes(content)).digest();
}

function isSigned(
  spec: RequestSignature,
  bytes: Buffer,
  credential: { readonly [field: string]: string },
  said: string,
): boolean {
  const { algorithm, key: field = "", keyEncoding = "utf8", encoding = "hex" } = spec;
  const text = credential[field] ?? "";
  const made = algorithm.startsWith("hmac-")
    ? createHmac(algorithm.slice(5), Buffer.from(text, keyEncoding)).update(bytes).digest()
    : /^(?:sha|md5)/.test(algorithm)
      ? createHash(algorithm).update(bytes).digest()
      : undefined;
  if (made !== undefined) return made.toString(encoding) === said;
  const key = openKey(text, keyEncoding, credential.passphrase);
  const digest = algorithm === "ed25519" ? null : "sha256";
  return key !== undefined && verify(digest, bytes, key, Buffer.from(said, encoding));
}

function openKey(text: string, encoding: "utf8" | "hex" | "base64", passphrase: string | undefined): KeyObject | undefined {
  if (encoding === "utf8" || text.includes("-----BEGIN")) return publicKey(text, passphrase);
  try {
    return createPublicKey(createPrivateKey({ key: Buffer.from(text, encoding), format: "der", type: "pkcs8" }));
  } catch {
    return undefined;
  }
}
