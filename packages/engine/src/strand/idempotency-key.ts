import { createHash } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** Names one step of one run for ever: the base32 (RFC 4648 section 6, lower case, no padding) of `sha256(tenant|runId|stepPath)`. */
export function idempotencyKey(tenant: string, runId: string, stepPath: string): string {
  const digest = createHash("sha256").update(`${tenant}|${runId}|${stepPath}`).digest();
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of digest) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return bits === 0 ? text : text + ALPHABET[(held << (5 - bits)) & 31];
}

/** The tenant of this deployment; there is one. */
export const TENANT = "default";

/** Place of a step inside its run: the strand, then the key. */
export function stepPath(strand: string, key: string): string {
  return strand === "" ? key : `${strand}/${key}`;
}
