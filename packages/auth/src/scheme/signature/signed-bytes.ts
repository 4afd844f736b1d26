import { createHash } from "node:crypto";
import { type Json, MortiseError } from "@mortise/contract";

const DIGESTS = ["md5", "sha1", "sha256", "sha512"] as const;
const ENCODINGS = ["hex", "base64"] as const;

/**
 * The bytes that a signature is made over: a text as UTF-8, or parts one after the other. A part is a text, bytes written as `{ hex }` or
 * `{ base64 }`, or the digest of parts, e.g. `{ sha256 }`. Throws `MISCONFIGURED` for anything else.
 */
export function signedBytes(value: Json): Buffer {
  if (typeof value === "string") return Buffer.from(value, "utf8");
  if (typeof value === "number" || typeof value === "boolean") return Buffer.from(String(value), "utf8");
  if (Array.isArray(value)) return Buffer.concat((value as readonly Json[]).map(signedBytes));
  const [entry, ...others] = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entry === undefined || others.length > 0) throw unfit(value);
  const [name, content] = entry as [string, Json];
  const digest = DIGESTS.find((each) => each === name);
  if (digest !== undefined) return createHash(digest).update(signedBytes(content)).digest();
  const encoding = ENCODINGS.find((each) => each === name);
  if (encoding !== undefined && typeof content === "string") return Buffer.from(content, encoding);
  throw unfit(value);
}

function unfit(value: Json): MortiseError {
  const found = value === null ? "nothing" : `an object with ${Object.keys(value as object).join(", ") || "no field"}`;
  const known = [...ENCODINGS, ...DIGESTS].map((name) => `{${name}}`).join(", ");
  return new MortiseError("MISCONFIGURED", `What is signed came to ${found}; expected a text, or parts: texts, ${known}.`);
}
