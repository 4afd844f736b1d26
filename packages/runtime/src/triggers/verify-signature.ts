import { createHash, createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import { parseDuration, type WebhookSignature } from "@mortise/contract";

/** What a signature is checked on. */
export interface SignedDelivery {
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly rawBody: Buffer;
  readonly nowMs: number;
  /** One, or several while one takes the place of another. */
  readonly secrets: readonly string[];
  /** The address that the vendor sent to. Needed where `content` has `{url}`. */
  readonly url: string | undefined;
}

/** What it came to: why it was refused, or what was signed and how. */
export type SignatureVerdict = { readonly refused: string } | { readonly refused?: never; readonly content: Buffer };

const TOLERANCE_MS = 300_000;
/** Signatures of one delivery that are looked at; more are no vendor's. */
const MAX_SIGNATURES = 16;

/** The longest that a delivery's time of sending may be from now, ms. */
export const toleranceMs = ({ tolerance }: WebhookSignature): number =>
  (tolerance === undefined ? undefined : parseDuration(tolerance)) ?? TOLERANCE_MS;

/** Checks a delivery's signature over its raw bytes, in a time that does not depend on how much of it is right. */
export function verifySignature(spec: WebhookSignature, delivery: SignedDelivery): SignatureVerdict {
  const { headers, nowMs, secrets } = delivery;
  const header = headers[spec.header.toLowerCase()];
  if (header === undefined) return { refused: `The header ${spec.header} is missing.` };
  const { prefix = "" } = spec;
  const isWhole = spec.algorithm === "token" && header.startsWith(prefix);
  const signatures = isWhole ? [header.slice(prefix.length)] : piecesOf(header, prefix).slice(0, MAX_SIGNATURES);
  if (signatures.length === 0) return { refused: `The header ${spec.header} holds no signature.` };
  const sentAt = spec.timestamp === undefined ? undefined : timestampOf(spec.timestamp, headers);
  if (spec.timestamp !== undefined) {
    if (sentAt === undefined) return { refused: `The header ${spec.timestamp.header} holds no time of sending.` };
    if (Math.abs(nowMs - sentAt.ms) > toleranceMs(spec)) return { refused: "It was sent too long ago, or in the future." };
  }
  const content = contentOf(spec, delivery, sentAt?.text);
  if (content === undefined) return { refused: "A part of what is signed is missing." };
  const given = signatures.map((text) => Buffer.from(text, spec.encoding === "text" ? "utf8" : spec.encoding));
  const holds = secrets
    .map((secret) => verifierOf(spec, secret))
    .some((holdsFor) => given.some((bytes) => holdsFor(content, bytes)));
  return holds ? { content } : { refused: "The signature is wrong." };
}

/** The parts of a header that start with a prefix, without it: `v1,a v1,b`, `t=1,v1=a,v1=b` and `sha256=a` all hold signatures. */
function piecesOf(header: string, prefix: string): readonly string[] {
  return header
    .split(/\s+/)
    .flatMap((word) => (prefix !== "" && word.startsWith(prefix) ? [word] : word.split(",")))
    .flatMap((piece) => (piece.startsWith(prefix) ? piece.slice(prefix.length).split(",")[0] : []) ?? [])
    .filter((piece) => piece !== "");
}

function timestampOf(
  { header, as, prefix = "" }: NonNullable<WebhookSignature["timestamp"]>,
  headers: SignedDelivery["headers"],
): { readonly text: string; readonly ms: number } | undefined {
  const value = headers[header.toLowerCase()];
  const text = value === undefined ? undefined : prefix === "" ? value : piecesOf(value, prefix)[0];
  if (text === undefined) return undefined;
  const ms =
    as === "date_time" ? Date.parse(text) : /^\d{1,16}$/.test(text) ? Number(text) * (as === "epoch_s" ? 1_000 : 1) : Number.NaN;
  return Number.isFinite(ms) ? { text, ms } : undefined;
}

/** The bytes that are signed. Undefined: a hole has nothing to hold. */
function contentOf(spec: WebhookSignature, delivery: SignedDelivery, sentAt: string | undefined): Buffer | undefined {
  const parts = (spec.content ?? "{body}").split(/(\{(?:body|timestamp|id|url|form)\})/);
  const bytes = parts.map((part) => {
    switch (part) {
      case "{body}":
        return delivery.rawBody;
      case "{timestamp}":
        return sentAt;
      case "{id}":
        return spec.idHeader === undefined ? undefined : delivery.headers[spec.idHeader.toLowerCase()];
      case "{url}":
        return delivery.url;
      case "{form}":
        return formText(delivery.rawBody.toString("utf8"));
      default:
        return part;
    }
  });
  if (bytes.includes(undefined)) return undefined;
  return Buffer.concat(bytes.map((part) => (typeof part === "string" ? Buffer.from(part, "utf8") : (part ?? Buffer.alloc(0)))));
}

function formText(body: string): string {
  return [...new URLSearchParams(body)]
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => name + value)
    .join("");
}

function verifierOf(spec: WebhookSignature, secret: string): (content: Buffer, given: Buffer) => boolean {
  const { encoding = "text", prefix = "" } = spec.secret ?? {};
  const bare = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  const key = Buffer.from(bare, encoding === "text" ? "utf8" : encoding);
  if (spec.algorithm === "token") return (_, given) => key.length > 0 && timingSafeEqual(digestOf(given), digestOf(key));
  if (spec.algorithm === "ed25519") {
    const publicKey = ed25519Key(bare, key);
    return (content, given) => publicKey !== undefined && given.length === 64 && verify(null, content, publicKey, given);
  }
  const algorithm = spec.algorithm.slice("hmac-".length);
  return (content, given) => {
    const expected = createHmac(algorithm, key).update(content).digest();
    return key.length > 0 && given.length === expected.length && timingSafeEqual(given, expected);
  };
}

/** Both sides at one length, so that the time to compare them does not tell the length of the secret. */
const digestOf = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** A public key of 32 bytes (RFC 8032), or as PEM. Undefined where it is neither, so that nothing it signed is accepted. */
function ed25519Key(text: string, bytes: Buffer): KeyObject | undefined {
  try {
    if (text.includes("-----BEGIN")) return createPublicKey(text);
    return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") }, format: "jwk" });
  } catch {
    return undefined;
  }
}
