import { hash, hmac, sign } from "./capabilities/crypto.ts";
import { base64, base64url, hex, utf8 } from "./capabilities/encoding.ts";
import { HostRefusal, REFUSALS, type Refusal } from "./capabilities/host-refusal.ts";
import { bytesOf } from "./capabilities/random.ts";
import type { Entropy } from "./entropy.ts";
import type { Capability } from "./guest-call.ts";

type HostFunction = (args: readonly unknown[]) => string;

/** All that guests can have computed, by name, random bytes beside it; the part before the dot is the capability. */
const FUNCTIONS: ReadonlyMap<string, HostFunction> = new Map([
  ["crypto.hash", hash],
  ["crypto.hmac", hmac],
  ["crypto.sign", sign],
  ["encoding.base64", base64],
  ["encoding.base64url", base64url],
  ["encoding.hex", hex],
  ["encoding.utf8", utf8],
]);

/** How a host call answers: what was asked for behind `=`, or why not behind `!`. */
export type HostCall = (name: string, args: string) => string;

/**
 * The one way out of the guest: a name and JSON text in, text out. It never throws, and what it says when it refuses is one of a few fixed
 * texts, so that no word of the host's errors and no object of the host's realm crosses.
 */
export function hostCall(granted: readonly Capability[], entropy: Entropy): HostCall {
  const groups: ReadonlySet<string> = new Set(granted);
  const random = bytesOf(entropy);
  return (name, args) => {
    try {
      const known = name === "random.bytes" ? random : FUNCTIONS.get(name);
      const found = groups.has(name.split(".", 1)[0] ?? "") ? known : undefined;
      if (found === undefined) return refused("NOT_GRANTED");
      const list: unknown = JSON.parse(args);
      return Array.isArray(list) ? `=${found(list)}` : refused("ARGUMENTS");
    } catch (error) {
      return refused(error instanceof HostRefusal ? error.refusal : "FAILED");
    }
  };
}

/** A refusal as it crosses. */
export const refused = (refusal: Refusal): string => `!${REFUSALS[refusal]}`;
