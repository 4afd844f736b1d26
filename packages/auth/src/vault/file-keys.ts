import { statSync } from "node:fs";
import { MortiseError } from "@mortise/contract";
import type { KekProvider, KeyDescription, WrappedDek } from "./kek-provider.ts";
import { ensureKeyFile, readKeyFile, writeKeyFile } from "./key-file.ts";
import { activeOf, type LocalKey, newLocalKey, unwrapLocally, wrapLocally } from "./local-keys.ts";
import { keyRefused } from "./refusals.ts";
import type { Binding } from "./secret-place.ts";

/** Options of {@link fileKeys}. */
export interface FileKeysOptions {
  /** Made with one key where it does not exist. */
  readonly path: string;
  /** Absent: none. */
  readonly region?: string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Keys in a private file of this machine. Throws `MISCONFIGURED` where others can read it, or where it holds no keys. */
export function fileKeys(options: FileKeysOptions): KekProvider {
  return new FileKeys(options);
}

/**
 * Keys in a file that several processes may share.
 *
 * Owns: the keys in memory.
 * Does not own: turns between processes that rotate at once (the caller takes a lock).
 * Invariants:
 *   F1. A key that another process made is known at the next use: the file is looked at before each.
 *   F2. Keys that the file no longer holds are let go: OpenSSL wipes them when they are collected.
 */
class FileKeys implements KekProvider {
  readonly kind = "file";
  readonly place: string;
  readonly region: string;
  readonly remote = false;
  readonly #now: () => number;
  #keys: readonly LocalKey[] = [];
  #seen = "";

  constructor({ path, region = "", now }: FileKeysOptions) {
    this.place = path;
    this.region = region;
    this.#now = now;
    ensureKeyFile(path, now());
    this.#load();
  }

  async owns(kekId: string): Promise<boolean> {
    return this.#load().some(({ id }) => id === kekId);
  }

  async current(): Promise<string> {
    return activeOf(this.#load()).id;
  }

  async wrap(dek: Buffer, binding: Binding): Promise<WrappedDek> {
    return wrapLocally(this.#load(), dek, binding);
  }

  async unwrap(wrapped: WrappedDek, binding: Binding): Promise<Buffer> {
    return unwrapLocally(this.#load(), wrapped, binding);
  }

  async describe(): Promise<readonly KeyDescription[]> {
    return this.#load().map(({ key: _, ...description }) => description);
  }

  async rotate(): Promise<string> {
    const fresh = newLocalKey(this.#now());
    const older = this.#load().map((key) => (key.state === "active" ? { ...key, state: "decrypt-only" as const } : key));
    writeKeyFile(this.place, [...older, fresh]);
    return fresh.id;
  }

  async disable(kekId: string): Promise<void> {
    const key = this.#find(kekId);
    if (key.state === "active")
      throw new MortiseError("NOT_ALLOWED", `The key ${kekId} is the active one.`, { remedy: "Run mortise vault rotate first." });
    if (key.state === "decrypt-only") this.#change(kekId, (old) => ({ ...old, state: "disabled" }));
  }

  async enable(kekId: string): Promise<void> {
    const key = this.#find(kekId);
    if (key.state === "destroyed") throw keyRefused(kekId, "is destroyed");
    if (key.state === "disabled") this.#change(kekId, (old) => ({ ...old, state: "decrypt-only" }));
  }

  async destroy(kekId: string): Promise<void> {
    const key = this.#find(kekId);
    if (key.state === "destroyed") return;
    if (key.state !== "disabled")
      throw new MortiseError("NOT_ALLOWED", `The key ${kekId} is ${key.state}, not disabled.`, {
        remedy: `Run mortise vault disable ${kekId} first.`,
      });
    this.#change(kekId, ({ key: _, ...old }) => ({ ...old, state: "destroyed" }));
  }

  #find(kekId: string): LocalKey {
    const key = this.#load().find(({ id }) => id === kekId);
    if (key === undefined) throw keyRefused(kekId, "is not held here");
    return key;
  }

  #change(kekId: string, change: (key: LocalKey) => LocalKey): void {
    writeKeyFile(
      this.place,
      this.#load().map((key) => (key.id === kekId ? change(key) : key)),
    );
  }

  #load(): readonly LocalKey[] {
    const { mtimeMs, ctimeMs, ino, size, mode } = statSync(this.place);
    const seen = [mtimeMs, ctimeMs, ino, size, mode].join(" ");
    if (seen === this.#seen) return this.#keys;
    const fresh = readKeyFile(this.place);
    this.#keys = fresh;
    this.#seen = seen;
    return fresh;
  }
}
