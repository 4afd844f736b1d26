import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { PlainCredential } from "@mortise/auth";

/** A renewal that was begun, of which version of the credential. */
interface Begun {
  readonly version: number;
  readonly sinceMs: number;
}

/**
 * Notes of renewals that were begun, in a file beside a connections file, for whoever comes after a process that died. Only for use under
 * the lock of that file.
 */
export class BegunRenewals {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Since when a renewal of this version of a connection's credential has not ended. Epoch ms. */
  sinceMs(connection: string, version: number): number | undefined {
    const begun = this.#read()[connection];
    return begun?.version === version ? begun.sinceMs : undefined;
  }

  begin(connection: string, version: number, nowMs: number): void {
    const sinceMs = this.sinceMs(connection, version) ?? nowMs;
    this.#write({ ...this.#read(), [connection]: { version, sinceMs } });
  }

  forget(connection: string): void {
    const { [connection]: _, ...others } = this.#read();
    this.#write(others);
  }

  #read(): { readonly [connection: string]: Begun } {
    try {
      return JSON.parse(readFileSync(this.#file, "utf8")) as { [connection: string]: Begun };
    } catch {
      return {};
    }
  }

  #write(begun: { readonly [connection: string]: Begun }): void {
    if (Object.keys(begun).length === 0) rmSync(this.#file, { force: true });
    else writeFileSync(this.#file, JSON.stringify(begun), { mode: 0o600, flush: true });
  }
}

/** A number that tells a credential's tokens from others, and tells nothing about them. */
export function versionOf({ refreshToken = "", accessToken = "" }: PlainCredential): number {
  const digest = createHash("sha256")
    .update(JSON.stringify([refreshToken, accessToken]))
    .digest();
  return digest.readUIntBE(0, 6);
}
