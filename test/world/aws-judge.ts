import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";

/** A request that was signed, or is to be; of its headers only those that count. */
export interface AwsRequest {
  readonly method: string;
  /** Path and query, as they are written. */
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array;
}

/** Whose signature it would be. */
export interface AwsSigner {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly region: string;
  readonly service: string;
  /** Absent: what the service does. */
  readonly applyChecksum?: boolean;
}

/** What the library wants of a hash. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
  reset(): void {}
}

/** The `Authorization` that AWS's own library makes of a request at a time. */
export async function awsAuthorization(request: AwsRequest, signer: AwsSigner, at: Date): Promise<string | undefined> {
  const { method, url, headers, body } = request;
  const { service, applyChecksum = service === "s3", ...who } = signer;
  const library = new SignatureV4({ ...who, service, sha256: Sha256 as never, uriEscapePath: service !== "s3", applyChecksum });
  const query: { [name: string]: string[] } = {};
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  const plain = { method, protocol: "https:", hostname: url.hostname, path: url.pathname, query, headers: { ...headers }, body };
  return (await library.sign(plain, { signingDate: at })).headers.authorization;
}

/** The same of a request as it came over the wire: with the headers that it says it signed, at the time that it says. */
export function awsAuthorizationOf(
  {
    method,
    target,
    headers,
    body,
  }: {
    readonly method: string;
    readonly target: string;
    readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
    readonly body: Buffer;
  },
  signer: AwsSigner,
): Promise<string | undefined> {
  const names = /SignedHeaders=([^,]+)/.exec(String(headers.authorization ?? ""))?.[1]?.split(";") ?? [];
  const time = String(headers["x-amz-date"]).replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z");
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  return awsAuthorization({ method, url: new URL(target, "https://x"), headers: signed, body }, signer, new Date(time));
}
