import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "@mortise/contract";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * The idempotency key of a request: base32 (RFC 4648 §6, lower case, no padding) of the SHA-256 of its place (tenant, run, step, item) and of
 * its input. The same place and input have the same key, in every attempt and replay; 52 characters.
 */
export function outboundKey(place: readonly string[], input: Json): string {
  const inputHash = createHash("sha256").update(canonicalJson(input)).digest("hex");
  const digest = createHash("sha256")
    .update(JSON.stringify([...place, inputHash]))
    .digest();
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of digest) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
  }
  return text + ALPHABET[(held << (5 - bits)) & 31];
}
