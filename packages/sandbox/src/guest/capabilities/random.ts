import type { Entropy } from "../entropy.ts";
import { written } from "./bytes.ts";
import { HostRefusal } from "./host-refusal.ts";

const MAX_BYTES = 1_024;

/** `bytes(count, encoding?)`: up to 1,024 random bytes, good for keys. */
export const bytesOf =
  (entropy: Entropy) =>
  ([count, encoding]: readonly unknown[]): string => {
    if (typeof count !== "number" || !Number.isInteger(count) || count < 1 || count > MAX_BYTES) throw new HostRefusal("SIZE");
    return written(entropy.bytes(count), encoding);
  };
