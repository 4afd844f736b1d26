import type { PlainCredential } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import type { CredentialRows } from "../store/credential-rows.ts";
import type { CredentialRow } from "../store/living-versions.ts";

/** How a credential is replaced by another that was made beside it. */
export interface RotationRequest {
  readonly credential: PlainCredential;
  /** How long the one before can still be read, ms; 0: not at all. */
  readonly overlapMs: number;
  readonly actor: string;
  /** Makes a call with the new one. A rejection leaves everything as it was, and is passed on. */
  readonly verify: (credential: PlainCredential) => Promise<void>;
}

/** A credential that took over. */
export interface Rotated {
  readonly version: number;
  /** Until when the one before can be read, epoch ms; undefined where it is gone. */
  readonly previousUntilMs?: number;
}

/** The end of an overlap. */
export interface Retired {
  readonly version: number;
  /** How often it was used since the rotation. */
  readonly uses: number;
}

/** Options of {@link CredentialRotations}. */
export interface CredentialRotationsOptions {
  readonly rows: CredentialRows;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * Replaces static credentials without a gap: next, verified, active; the one before stays readable for the overlap.
 *
 * Does not own: the rows (CredentialRows), the test call.
 * Invariants:
 *   T1. A credential becomes active only after its own test call passed; of two rotations at once, one wins and the other is refused.
 *   T2. There is an active credential at every moment.
 */
export class CredentialRotations {
  readonly #rows: CredentialRows;
  readonly #now: () => number;

  constructor({ rows, now }: CredentialRotationsOptions) {
    this.#rows = rows;
    this.#now = now;
  }

  /** Throws `CONNECTION_NOT_FOUND` where there is no credential to replace, `CONFLICT` where another rotation came between. */
  async rotate(connection: string, { credential, overlapMs, actor, verify }: RotationRequest): Promise<Rotated> {
    const version = await this.#stage(connection, credential, actor);
    try {
      await verify(credential);
    } catch (error) {
      await this.#discard(connection, version, actor);
      throw error;
    }
    const untilMs = this.#now() + overlapMs;
    const flipped = await this.#rows.change(connection, {
      action: "credential.activated",
      actor,
      keep: ({ rows }) => (find(rows, "next")?.version === version ? flip(rows, overlapMs > 0 ? untilMs : undefined) : undefined),
    });
    if (!flipped) throw overtaken(connection);
    return { version, ...(overlapMs > 0 ? { previousUntilMs: untilMs } : {}) };
  }

  /** Deletes the one before with its data key. Undefined: there is none. */
  async finish(connection: string, actor: string): Promise<Retired | undefined> {
    let retired: Retired | undefined;
    await this.#rows.change(connection, {
      action: "credential.retired",
      actor,
      keep: ({ rows }) => (find(rows, "previous") ? rows.filter(({ state }) => state !== "previous") : undefined),
      note: ({ rows }) => {
        const { version = 0, uses = 0 } = find(rows, "previous") ?? {};
        retired = { version, uses };
        return { retired: version, uses };
      },
    });
    return retired;
  }

  /** Deletes those whose overlap is over. */
  async retireOverdue(): Promise<number> {
    const overdue = await this.#rows.overdue();
    for (const connection of overdue) await this.finish(connection, "runtime");
    return overdue.length;
  }

  async #stage(connection: string, credential: PlainCredential, actor: string): Promise<number> {
    let version = 0;
    const staged = await this.#rows.change(connection, {
      action: "credential.staged",
      actor,
      fields: credential,
      state: "next",
      keep: ({ rows }) => (find(rows, "active") ? rows.filter(({ state }) => state !== "next") : undefined),
      note: ({ highest }) => {
        version = highest + 1;
        return {};
      },
    });
    if (staged) return version;
    throw new MortiseError("CONNECTION_NOT_FOUND", `The connection "${connection}" has no credential to replace.`, {
      remedy: "Enter one first.",
    });
  }

  async #discard(connection: string, version: number, actor: string): Promise<void> {
    await this.#rows.change(connection, {
      action: "credential.discarded",
      actor,
      keep: ({ rows }) => (find(rows, "next")?.version === version ? rows.filter(({ state }) => state !== "next") : undefined),
    });
  }
}

function find(rows: readonly CredentialRow[], state: CredentialRow["state"]): CredentialRow | undefined {
  return rows.find((row) => row.state === state);
}

function flip(rows: readonly CredentialRow[], previousUntilMs: number | undefined): readonly CredentialRow[] {
  return rows.flatMap((row): CredentialRow[] => {
    if (row.state === "next") return [{ ...row, state: "active" }];
    if (row.state === "active" && previousUntilMs !== undefined)
      return [{ ...row, state: "previous", uses: 0, overlapUntilMs: previousUntilMs }];
    return [];
  });
}

function overtaken(connection: string): MortiseError {
  return new MortiseError("CONFLICT", `Another rotation of connection "${connection}" came between.`, {
    remedy: "Look at it, then rotate again.",
  });
}
