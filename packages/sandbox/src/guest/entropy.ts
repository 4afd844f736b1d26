import { createHash, randomBytes } from "node:crypto";

/** Bytes that nobody can guess who does not know what they come from, and that are the same again for the same. */
export interface Entropy {
  bytes(count: number): Buffer;
  /** A whole number from 0 to 2^41 - 1. */
  seed(): number;
}

/** Makes bytes of a secret of 32 bytes, hex: SHA-256 over it and a counter. Absent: a fresh one. */
export function openEntropy(secret: string | undefined): Entropy {
  const key = secret === undefined ? randomBytes(32) : Buffer.from(secret, "hex");
  let block = 0;
  const bytes = (count: number): Buffer => {
    const blocks: Buffer[] = [];
    for (let size = 0; size < count; size += 32) blocks.push(createHash("sha256").update(key).update(`:${block++}`).digest());
    return Buffer.concat(blocks).subarray(0, count);
  };
  return { bytes, seed: () => bytes(6).readUIntBE(0, 6) % 2 ** 41 };
}
