import { checkOf, kekIdOf, type StoredSecret } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import { type Kysely, sql } from "kysely";
import type { AuditEvent } from "./audit-chain.ts";
import type { CredentialState, Tables } from "./tables.ts";

/** The field of a connection that a credential is in; a connection has one. */
export const FIELD = "credential";

/** Versions of a credential that exist, each with what tells its sealing from any other. */
export type Living = { readonly [state in CredentialState]?: { readonly version: number; readonly check: string } };

/** The part of an audit event that says which versions live from then on, and the highest version that there ever was. */
export type LivingFacts = {
  readonly living: Living;
  readonly highest: number;
};

/** A row of `credentials`. */
export interface CredentialRow {
  readonly state: CredentialState;
  readonly version: number;
  readonly region: string;
  readonly sealed: StoredSecret;
  readonly overlapUntilMs?: number;
  readonly uses: number;
}

/** A connection's credential, as rows and audit say at one moment. */
export interface CredentialSnapshot {
  readonly rows: readonly CredentialRow[];
  /** From the newest event; undefined where nothing was written since there is an audit. */
  readonly facts: LivingFacts | undefined;
  /** Versions start above it. */
  readonly highest: number;
}

interface FoundRow {
  readonly state: CredentialState | null;
  readonly version: string | null;
  readonly region: string | null;
  readonly sealed: StoredSecret | null;
  readonly overlap_until: Date | null;
  readonly uses: string | null;
  readonly latest: (AuditEvent & LivingFacts) | null;
}

/** Reads rows and newest event of a connection in one statement, so that they are of one moment. */
export async function snapshotOf(db: Kysely<Tables>, tenant: string, connection: string): Promise<CredentialSnapshot> {
  const { rows: found } = await sql<FoundRow>`
    select c.state, c.version, c.region, c.sealed, c.overlap_until, c.uses, a.event as latest
    from (select 1) one
    left join mortise.credentials c on c.tenant = ${tenant} and c.connection = ${connection} and c.field = ${FIELD}
    left join lateral (
      select event from mortise.audit where tenant = ${tenant} and connection = ${connection} and living order by seq desc limit 1
    ) a on true`.execute(db);
  const rows = found.flatMap((row): CredentialRow[] =>
    row.state === null || row.sealed === null
      ? []
      : [
          {
            state: row.state,
            version: Number(row.version),
            region: row.region ?? "",
            sealed: row.sealed,
            uses: Number(row.uses),
            ...(row.overlap_until === null ? {} : { overlapUntilMs: row.overlap_until.getTime() }),
          },
        ],
  );
  const latest = found[0]?.latest ?? undefined;
  const highest = Math.max(latest?.highest ?? 0, ...rows.map(({ version }) => version));
  return { rows, facts: latest && { living: latest.living, highest: latest.highest }, highest };
}

/**
 * Throws `SECRET_TAMPERED` for a row that is not the one that the audit says lives: an older row that was put back, a row of a deletion
 * that was undone, a row that nobody wrote. A row from before there was an audit passes, until something is written after it.
 */
export function checkLiving(connection: string, row: CredentialRow, { facts }: CredentialSnapshot): void {
  const expected = facts?.living[row.state];
  if (facts === undefined && row.sealed?.v === 1) return;
  if (expected?.version === row.version && expected.check === checkOf(row.sealed)) return;
  const should = expected ? `version ${expected.version} is` : "none is";
  throw new MortiseError(
    "SECRET_TAMPERED",
    `The credential of connection "${connection}" was rolled back or put there: its row is version ${row.version}, and ${should} the ${row.state} one by the audit.`,
    { remedy: "Run mortise audit verify, find out who wrote to the database, then enter the credential again." },
  );
}

/** The facts of rows that are to live. */
export function livingOf(rows: readonly Pick<CredentialRow, "state" | "version" | "sealed">[], highest: number): LivingFacts {
  const living = rows.map(({ state, version, sealed }) => [state, { version, check: checkOf(sealed) }] as const);
  return { living: Object.fromEntries(living), highest };
}

/** Puts one row into its place. */
export async function writeRow(
  trx: Kysely<Tables>,
  at: { readonly tenant: string; readonly connection: string },
  row: CredentialRow,
): Promise<void> {
  const values = {
    version: row.version,
    region: row.region,
    kek_id: kekIdOf(row.sealed),
    sealed: JSON.stringify(row.sealed),
    uses: row.uses,
    overlap_until: row.overlapUntilMs === undefined ? null : new Date(row.overlapUntilMs),
    updated_at: new Date(),
  };
  await trx
    .insertInto("credentials")
    .values({ ...at, field: FIELD, state: row.state, ...values })
    .onConflict((conflict) => conflict.columns(["tenant", "connection", "field", "state"]).doUpdateSet(values))
    .execute();
}
