import { createHash } from "node:crypto";
import { compileValue, type Scope } from "@mortise/builders";
import type { Json, Placement, RequestSignature } from "@mortise/contract";
import { revealAll } from "../../credential/reveal.ts";
import { compilePlacements, filled, readsOf } from "../placement.ts";
import type { SignedRequest, WholeRequest } from "../request-draft.ts";
import type { SignerOwner, SigningContext } from "../request-signer.ts";
import { joinSigned, withPlaces } from "../signed-request.ts";
import { wantsWholeBody } from "../wants-whole-body.ts";
import { withoutParams } from "../without-params.ts";
import { signBytes } from "./sign-bytes.ts";
import { signedBytes } from "./signed-bytes.ts";
import { timestampOf } from "./timestamp.ts";

const NONCE_BYTES = 16;

/** Signs one whole request. Throws `AUTH_FAILED`, `MISCONFIGURED`, `EXPRESSION_FAILED`. */
export type CompiledSignature = (
  request: WholeRequest,
  owner: SignerOwner,
  context: Pick<SigningContext, "nowMs" | "randomBytes">,
) => SignedRequest;

const compiled = new WeakMap<RequestSignature, CompiledSignature>();

/** Compiles a signature once for each description. Places that do not read the signature are filled before the text to sign is made. */
export function compileSignature(spec: RequestSignature): CompiledSignature {
  const known = compiled.get(spec);
  if (known !== undefined) return known;
  const fresh = compileAnew(spec);
  compiled.set(spec, fresh);
  return fresh;
}

function compileAnew(spec: RequestSignature): CompiledSignature {
  const text = compileValue(spec.stringToSign);
  const isLast = (placement: Placement) => compilePlacements([placement], "signature").reads.includes("signature");
  const first = compilePlacements(
    spec.apply.filter((placement) => !isLast(placement)),
    "signature",
  );
  const last = compilePlacements(spec.apply.filter(isLast), "signature");
  const needs = new Set([...readsOf(text), ...first.reads, ...last.reads]);
  const signedParams = spec.apply.filter((placement) => placement.in === "query" && isLast(placement));
  return (whole, { credential, settings }, { nowMs, randomBytes }) => {
    const names = signedParams.map(({ name }) => filled(name, settings));
    const request = { ...whole, url: withoutParams(whole.url, (name) => names.includes(name)) };
    const nonce = Buffer.from(randomBytes(spec.nonceBytes ?? NONCE_BYTES));
    const given: Scope = {
      credential: revealAll(credential),
      settings,
      timestamp: timestampOf(nowMs, spec.timestamp ?? "s"),
      nonce: nonce.toString("hex"),
      nonceBase64: nonce.toString("base64"),
    };
    const opened = withPlaces(request, (draft) => first.fill(draft, { ...requestScope(request, needs), ...given }, undefined));
    const scope = { ...requestScope(opened, needs), ...given };
    const signature = signBytes(spec, signedBytes(text.evaluate(scope)), credential).toString(spec.encoding ?? "hex");
    const signed = withPlaces(opened, (draft) => last.fill(draft, { ...scope, signature }, signature));
    return joinSigned(opened, { ...signed, echoes: [signature] });
  };
}

/** What values see of a request; digests only where one of them asks. */
function requestScope({ method, url, headers, body, bodySha256 }: WholeRequest, needs: ReadonlySet<string>): Scope {
  if (bodySha256 !== undefined && (needs.has("body") || needs.has("bodyMd5"))) throw wantsWholeBody();
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body ?? "", "utf8");
  const digest = (name: string, algorithm: string): { readonly [name: string]: Json } =>
    needs.has(name) ? { [name]: createHash(algorithm).update(bytes).digest("hex") } : {};
  return {
    method,
    host: url.host,
    path: url.pathname,
    query: byName(url.searchParams),
    queryString: url.search.slice(1),
    headers,
    ...(needs.has("body") ? { body: bytes.toString("utf8") } : {}),
    ...(bodySha256 === undefined ? digest("bodySha256", "sha256") : { bodySha256 }),
    ...digest("bodyMd5", "md5"),
  };
}

/** Parameters by name; one that is repeated is a list. */
function byName(params: URLSearchParams): { readonly [name: string]: Json } {
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const all = params.getAll(name);
      return [name, all.length === 1 ? (all[0] ?? "") : all];
    }),
  );
}
