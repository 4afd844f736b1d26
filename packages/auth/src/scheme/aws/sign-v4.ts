import { createHash, createHmac } from "node:crypto";
import { canonicalPath, canonicalQuery, strictUrl } from "./canonical-uri.ts";

/** Keys of AWS. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary keys. */
  readonly sessionToken?: string | undefined;
}

/** What is signed, and how. */
export interface V4Request {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Buffer | undefined;
  /** Instead of `body`: its SHA-256 as hexadecimal digits. */
  readonly bodySha256?: string | undefined;
  readonly service: string;
  readonly region: string;
  /** Epoch ms. */
  readonly nowMs: number;
  /** Absent: true, but for `s3`. */
  readonly doubleEncode?: boolean | undefined;
  /** Absent: false. */
  readonly unsignedPayload?: boolean | undefined;
}

/** A signed request. */
export interface V4Signed {
  /** Encoded as it was signed. */
  readonly url: URL;
  /** Those of the request, and what AWS needs. */
  readonly headers: { readonly [name: string]: string };
  readonly signature: string;
}

/** What proxies and clients change on the way, so that nobody signs it. */
const UNSIGNED = new Set([
  "accept",
  "accept-encoding",
  "authorization",
  "cache-control",
  "connection",
  "content-length",
  "expect",
  "from",
  "keep-alive",
  "max-forwards",
  "pragma",
  "referer",
  "te",
  "traceparent",
  "tracestate",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "x-amzn-trace-id",
]);

/** Signs a request with AWS Signature Version 4, in the `Authorization` header. `keyOf` may keep the keys that it derives. */
export function signV4(request: V4Request, keys: AwsKeys, keyOf = deriveKey): V4Signed {
  const { method, service, region, nowMs } = request;
  const isS3 = service.startsWith("s3");
  const url = strictUrl(request.url, isS3);
  const at = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const date = at.slice(0, 8);
  const payload = payloadHash(request);
  const sent = {
    ...request.headers,
    "x-amz-date": at,
    ...(keys.sessionToken === undefined ? {} : { "x-amz-security-token": keys.sessionToken }),
    ...(isS3 ? { "x-amz-content-sha256": payload } : {}),
  };
  const signed = Object.entries({ ...sent, host: url.host })
    .filter(([name]) => !UNSIGNED.has(name))
    .map(([name, value]) => [name, value.trim().replaceAll(/\s+/g, " ")] as const)
    .toSorted(([name], [other]) => (name < other ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method.toUpperCase(),
    canonicalPath(url, request.doubleEncode ?? !isS3),
    canonicalQuery(url),
    ...signed.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    payload,
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", at, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const signature = createHmac("sha256", keyOf(keys.secretAccessKey, date, region, service))
    .update(text)
    .digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { url, headers: { ...sent, authorization }, signature };
}

/** The key of one day, region and service. */
export function deriveKey(secretAccessKey: string, date: string, region: string, service: string): Buffer {
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
  return hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), "aws4_request");
}

/** A body that is left out of the signature is safe in TLS alone. */
function payloadHash({ url, body, bodySha256, unsignedPayload }: V4Request): string {
  if (unsignedPayload === true && url.protocol === "https:") return "UNSIGNED-PAYLOAD";
  if (bodySha256 !== undefined) return bodySha256;
  return createHash("sha256")
    .update(body ?? "")
    .digest("hex");
}
