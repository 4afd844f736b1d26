import { createHash, createHmac } from "node:crypto";
import { decoded, type WireRequest } from "../wire-request.ts";
import { strict } from "./percent-encode.ts";

/** Whose keys a request must be signed with, and for what. */
export interface AwsExpectation {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary keys. */
  readonly sessionToken?: string | undefined;
  readonly service: string;
  readonly region: string;
  readonly doubleEncode?: boolean | undefined;
  readonly unsignedPayload?: boolean | undefined;
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** The access key that a request names. */
export const awsAccessKey = ({ headers }: WireRequest): string | undefined => HEADER.exec(headers.authorization ?? "")?.[1];

/** Why a request is not signed with AWS Signature Version 4, its age aside. */
export function awsProblem(request: WireRequest, expected: AwsExpectation): string | undefined {
  const found = HEADER.exec(request.headers.authorization ?? "");
  if (found === null) return "the header Authorization holds no signature of AWS (version 4)";
  const [, accessKeyId, date = "", region, service, names = "", signature] = found;
  const isS3 = expected.service.startsWith("s3");
  const at = request.headers["x-amz-date"] ?? "";
  if (accessKeyId !== expected.accessKeyId) return "the access key is not known";
  if (region !== expected.region || service !== expected.service)
    return `it is signed for ${service} in ${region}, not for ${expected.service} in ${expected.region}`;
  if (!at.startsWith(date)) return "the day of the signature is another than that of X-Amz-Date";
  if ((request.headers["x-amz-security-token"] ?? "") !== (expected.sessionToken ?? "")) return "the session token is another";
  const signed = names.split(";");
  for (const name of ["host", "x-amz-date"]) if (!signed.includes(name)) return `the header ${name} is not signed`;
  const canonical = [
    request.method,
    canonicalPath(request.path, expected.doubleEncode ?? !isS3),
    canonicalQuery(request.target.slice(request.path.length + 1)),
    ...signed.map((name) => `${name}:${(request.headers[name] ?? "").trim().replaceAll(/\s+/g, " ")}`),
    "",
    names,
  ].join("\n");
  const hash = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = ["aws4_request", service, region, date].reduceRight<Buffer | string>(
    (made, part) =>
      createHmac("sha256", made)
        .update(part ?? "")
        .digest(),
    `AWS4${expected.secretAccessKey}`,
  );
  const payloads = [hash(request.body), ...(expected.unsignedPayload === true ? ["UNSIGNED-PAYLOAD"] : [])];
  const isRight = payloads.some((payload) => {
    const text = ["AWS4-HMAC-SHA256", at, scope, hash(`${canonical}\n${payload}`)].join("\n");
    return createHmac("sha256", key).update(text).digest("hex") === signature;
  });
  return isRight ? undefined : "the signature is another";
}

function canonicalPath(path: string, isTwice: boolean): string {
  const segments = path.split("/").map((segment) => strict(decoded(segment)));
  const all = segments.map((segment) => (isTwice ? strict(segment) : segment)).join("/");
  return isTwice ? all.replaceAll(/\/{2,}/g, "/") : all;
}

function canonicalQuery(search: string): string {
  const pairs = search.split("&").filter((part) => part !== "");
  return pairs
    .map((part) => {
      const cut = part.indexOf("=");
      const encode = (text: string): string => strict(decoded(text.replaceAll("+", " ")));
      return cut < 0 ? ([encode(part), ""] as const) : ([encode(part.slice(0, cut)), encode(part.slice(cut + 1))] as const);
    })
    .toSorted(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}
