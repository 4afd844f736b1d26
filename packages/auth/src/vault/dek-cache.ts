import { createHash } from "node:crypto";
import type { WrappedDek } from "./kek-provider.ts";
import type { Binding } from "./secret-place.ts";

const LONGEST_MS = 60_000;
const MOST = 1_000;

interface Entry {
  readonly dek: Buffer;
  readonly untilMs: number;
  readonly owner: string;
}

/** Options of {@link DekCache}. */
export interface DekCacheOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** How long an unwrapped key is kept, ms; absent and at most: 60,000; 0: not at all. */
  readonly keepMs?: number;
  /** Keys at once; absent: 1,000. The oldest goes first. */
  readonly most?: number;
}

/**
 * Unwrapped data keys for a short time, so that a key provider that pauses does not stop every call.
 *
 * Owns: copies of data keys.
 * Invariants:
 *   D1. No key is given out later than 60 s after it was unwrapped, also when the clock is set back.
 *   D2. A key that leaves the cache is filled with zeros.
 *   D3. A key is found only by what it was unwrapped from: key id, wrapped bytes and binding together.
 */
export class DekCache {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #keepMs: number;
  readonly #most: number;

  constructor({ now, keepMs = LONGEST_MS, most = MOST }: DekCacheOptions) {
    this.#now = now;
    this.#keepMs = Math.min(keepMs, LONGEST_MS);
    this.#most = most;
  }

  /** A copy, which the caller fills with zeros after use. */
  get(wrapped: WrappedDek, binding: Binding): Buffer | undefined {
    const key = keyOf(wrapped, binding);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const left = entry.untilMs - this.#now();
    if (left > 0 && left <= this.#keepMs) return Buffer.from(entry.dek);
    this.#drop(key, entry);
    return undefined;
  }

  put(wrapped: WrappedDek, binding: Binding, dek: Buffer): void {
    if (this.#keepMs <= 0) return;
    const key = keyOf(wrapped, binding);
    const before = this.#entries.get(key);
    if (before) this.#drop(key, before);
    this.#entries.set(key, { dek: Buffer.from(dek), untilMs: this.#now() + this.#keepMs, owner: ownerOf(binding) });
    for (const [name, entry] of this.#entries) {
      if (this.#entries.size <= this.#most && entry.untilMs > this.#now()) break;
      this.#drop(name, entry);
    }
  }

  /** Forgets the keys of one connection; without one, all. */
  clear(tenant?: string, connection?: string): void {
    const owner = tenant === undefined ? undefined : ownerOf({ context: { tenant, connection: connection ?? "" } });
    for (const [key, entry] of this.#entries) if (owner === undefined || entry.owner === owner) this.#drop(key, entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  #drop(key: string, entry: Entry): void {
    entry.dek.fill(0);
    this.#entries.delete(key);
  }
}

function keyOf({ kekId, wrapped }: WrappedDek, { bytes }: Binding): string {
  return createHash("sha256").update(`${kekId}\n${wrapped}\n`).update(bytes).digest("base64url");
}

function ownerOf({ context }: Pick<Binding, "context">): string {
  return JSON.stringify([context.tenant, context.connection]);
}
