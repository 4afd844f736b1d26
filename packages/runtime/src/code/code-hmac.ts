import { createHmac, timingSafeEqual } from "node:crypto";
import type { Json, JsonObject } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { refusal } from "./host-refusal.ts";

const HASHES = ["sha1", "sha256", "sha384", "sha512"] as const;
const ENCODINGS = ["hex", "base64", "base64url"] as const;

/** `hmac.sign(field, algorithm, data, encoding?)` (RFC 2104): the field's value stays here. */
export function signCode(
  call: ReadyCall,
  fields: readonly string[],
  [field, algorithm, data, encoding]: readonly Json[],
): string {
  const encoded = ENCODINGS.find((one) => one === (encoding ?? "hex"));
  if (encoded === undefined) throw refusal("INVALID_INPUT", `The encoding is none of ${ENCODINGS.join(", ")}.`);
  return codeOf(call, fields, field, algorithm, data).toString(encoded);
}

/** `hmac.verify(field, algorithm, data, code, encoding?)`: compared in a time that tells nothing. */
export function verifyCode(
  call: ReadyCall,
  fields: readonly string[],
  [field, algorithm, data, code, encoding]: readonly Json[],
): boolean {
  const encoded = ENCODINGS.find((one) => one === (encoding ?? "hex"));
  if (encoded === undefined || typeof code !== "string")
    throw refusal("INVALID_INPUT", "The code is no text in a known encoding.");
  const expected = codeOf(call, fields, field, algorithm, data);
  const given = Buffer.from(code, encoded);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function codeOf(
  { connection }: ReadyCall,
  fields: readonly string[],
  field: Json | undefined,
  algorithm: Json | undefined,
  data: Json | undefined,
): Buffer {
  if (typeof field !== "string" || !fields.includes(field))
    throw refusal(
      "INVALID_INPUT",
      `The field ${JSON.stringify(field ?? null).slice(0, 100)} is not declared.`,
      "Add it to capabilities.hmac.",
    );
  const hash = HASHES.find((one) => one === algorithm);
  if (hash === undefined) throw refusal("INVALID_INPUT", `The algorithm is none of ${HASHES.join(", ")}.`);
  const secret = Object.hasOwn(connection.credential, field) ? connection.credential[field] : undefined;
  if (secret === undefined) throw refusal("INVALID_INPUT", `The connection's credential has no ${field}.`);
  return createHmac(hash, secret.reveal()).update(bytesOf(data)).digest();
}

/** A text stands for its UTF-8; `{ base64 }`, `{ base64url }`, `{ hex }` for themselves. */
function bytesOf(data: Json | undefined): Buffer {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  const given: JsonObject = typeof data === "object" && data !== null && !Array.isArray(data) ? (data as JsonObject) : {};
  for (const encoding of ENCODINGS) {
    const text = Object.hasOwn(given, encoding) ? given[encoding] : undefined;
    if (typeof text === "string") return Buffer.from(text, encoding);
  }
  throw refusal("INVALID_INPUT", "The data is neither a text nor { base64 }, { base64url } or { hex }.");
}
