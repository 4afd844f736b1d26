import { createHash } from "node:crypto";
import { withDbRetry } from "@dbos-inc/dbos-sdk/internal/system_database";
import { type Json, MortiseError } from "@mortise/contract";
import type pg from "pg";

/** JSON text longer than this is kept beside the journal. */
export const LARGEST_INLINE_BYTES = 64 * 1024;

/** A value in the journal: itself, or the hash under which it is stored. */
export type StoredValue = { readonly json: Json } | { readonly blob: string };

/**
 * Values of runs, the large ones outside of the journal.
 *
 * Owns: `mortise_engine.blobs`.
 * Does not own: the journal that refers to them.
 * Invariants:
 *   V1. A blob is stored before the journal names it, so a reference never dangles.
 *   V2. Its key is the SHA-256 of its text, checked on reading.
 *   V3. A database that is away delays a value and fails nothing: the effect behind it has happened.
 */
export class StoredValues {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async store(runId: string, value: Json): Promise<StoredValue> {
    const json = value === undefined ? null : value;
    const text = JSON.stringify(json);
    if (text.length <= LARGEST_INLINE_BYTES && Buffer.byteLength(text) <= LARGEST_INLINE_BYTES) return { json };
    const blob = sha256(text);
    await withDbRetry(() =>
      this.#pool.query(
        "insert into mortise_engine.blobs (run_id, sha256, json) values ($1, $2, $3) on conflict (run_id, sha256) do nothing",
        [runId, blob, text],
      ),
    );
    return { blob };
  }

  async load(runId: string, stored: StoredValue): Promise<Json> {
    if ("json" in stored) return stored.json;
    const { rows } = await withDbRetry(() =>
      this.#pool.query<{ json: string }>("select json from mortise_engine.blobs where run_id = $1 and sha256 = $2", [
        runId,
        stored.blob,
      ]),
    );
    const text = rows[0]?.json;
    if (text === undefined || sha256(text) !== stored.blob)
      throw new MortiseError(
        "INTERNAL",
        `Run ${runId} refers to the stored value ${stored.blob}, which is ${text ? "damaged" : "missing"}.`,
      );
    return JSON.parse(text) as Json;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
