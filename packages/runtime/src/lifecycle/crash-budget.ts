/**
 * Takes code of connectors out of use that keeps breaking: operations that are native or run in the sandbox.
 *
 * Owns: how often code broke lately, what is in quarantine and until when.
 * Does not own: what a crash is (crashOf), the sandbox.
 * Invariants:
 *   Q1. A tenant's crashes quarantine an operation of a version for that tenant alone: nobody can take code from others by its input.
 *   Q2. After the time one call is let through as a probe; its end decides, others are refused until then.
 *   Q3. What is remembered is bounded: 10,000 operations of tenants, those not heard of for the longest go first.
 */
import { MortiseError } from "@mortise/contract";
import { RecentlyUsed } from "../cache/recently-used.ts";

/** How often code may break. */
export interface CrashBudgetOptions {
  /** Crashes in the window that lead to quarantine, at least 1. Absent: 5. */
  readonly crashes?: number;
  /** Absent: 60,000 ms. */
  readonly windowMs?: number;
  /** First quarantine; each one that follows on a failed probe is twice as long, up to an hour. Absent: 60,000 ms. */
  readonly quarantineMs?: number;
}

/** Code that is out of use. */
export interface Quarantined {
  /** `connector@version/operation`. */
  readonly use: string;
  readonly tenant: string;
  readonly reason: string;
  readonly untilMs: number;
}

interface Record {
  readonly use: string;
  readonly tenant: string;
  /** When it broke, the latest last, `crashes` at most. */
  readonly at: number[];
  /** Quarantines since the last success. */
  times: number;
  untilMs: number | undefined;
  reason: string;
  isProbed: boolean;
}

const MAX_RECORDS = 10_000;
const MAX_SHOWN = 1_000;
const MINUTE_MS = 60_000;
const LONGEST_MS = 3_600_000;

export class CrashBudget {
  readonly #crashes: number;
  readonly #windowMs: number;
  readonly #quarantineMs: number;
  readonly #now: () => number;
  readonly #told: (change: { readonly kind: "quarantined" } & Quarantined) => void;
  readonly #released: (use: string, tenant: string, by: "probe" | "person") => void;
  readonly #records = new RecentlyUsed<Record>(MAX_RECORDS);

  constructor(
    { crashes = 5, windowMs = MINUTE_MS, quarantineMs = MINUTE_MS }: CrashBudgetOptions,
    parts: {
      readonly now: () => number;
      readonly quarantined: (change: { readonly kind: "quarantined" } & Quarantined) => void;
      readonly released: (use: string, tenant: string, by: "probe" | "person") => void;
    },
  ) {
    for (const [name, value] of Object.entries({ crashes, windowMs, quarantineMs }))
      if (!(value >= 1)) throw new MortiseError("INVALID_VALUE", `crashBudget.${name} is ${value}; expected a number from 1.`);
    this.#crashes = crashes;
    this.#windowMs = windowMs;
    this.#quarantineMs = quarantineMs;
    this.#now = parts.now;
    this.#told = parts.quarantined;
    this.#released = parts.released;
  }

  /** Lets a call of code begin. Throws `QUARANTINED`. */
  enter(use: string, tenant: string): void {
    const record = this.#records.get(keyOf(use, tenant));
    if (record?.untilMs === undefined) return;
    if (record.untilMs <= this.#now() && !record.isProbed) {
      record.isProbed = true;
      return;
    }
    throw new MortiseError("QUARANTINED", `${use} is out of use, as its code broke ${record.at.length} times: ${record.reason}`, {
      retryAtMs: Math.max(record.untilMs, this.#now() + 1),
    });
  }

  /** A call of code has ended; `crash` says in what way it broke. Undefined: it did not; null: it came to nothing that tells. */
  leave(use: string, tenant: string, crash: string | undefined | null): void {
    const key = keyOf(use, tenant);
    const record = this.#records.get(key);
    if (crash === undefined || crash === null) {
      if (record === undefined) return;
      const wasProbe = record.isProbed;
      record.isProbed = false;
      if (crash === null || (record.untilMs !== undefined && !wasProbe)) return;
      if (record.untilMs !== undefined) {
        this.#records.delete(key);
        this.#released(use, tenant, "probe");
      }
      return;
    }
    this.#crashed(key, record ?? { use, tenant, at: [], times: 0, untilMs: undefined, reason: "", isProbed: false }, crash);
  }

  /** A person puts a connector's code back into use, for all tenants. Returns how many operations that were. */
  release(connector: string): number {
    let count = 0;
    for (const { use, tenant, untilMs } of [...this.#records.values()]) {
      if (!use.startsWith(`${connector}@`)) continue;
      this.#records.delete(keyOf(use, tenant));
      if (untilMs === undefined) continue;
      count++;
      this.#released(use, tenant, "person");
    }
    return count;
  }

  list(): readonly Quarantined[] {
    const found: Quarantined[] = [];
    for (const { use, tenant, reason, untilMs } of this.#records.values()) {
      if (untilMs !== undefined) found.push({ use, tenant, reason, untilMs });
      if (found.length === MAX_SHOWN) break;
    }
    return found;
  }

  #crashed(key: string, record: Record, reason: string): void {
    const now = this.#now();
    const wasProbe = record.isProbed;
    record.isProbed = false;
    record.reason = reason;
    record.at.push(now);
    if (record.at.length > this.#crashes) record.at.shift();
    this.#records.set(key, record);
    const isOver = record.at.length === this.#crashes && now - (record.at[0] ?? now) < this.#windowMs;
    // Calls that began before the quarantine may still break in it.
    if (record.untilMs === undefined ? !isOver : !wasProbe) return;
    record.untilMs = now + Math.min(LONGEST_MS, this.#quarantineMs * 2 ** record.times);
    record.times++;
    this.#told({ kind: "quarantined", use: record.use, tenant: record.tenant, reason, untilMs: record.untilMs });
  }
}

const keyOf = (use: string, tenant: string): string => `${tenant}\n${use}`;
