import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMortiseError } from "@mortise/contract";
import { postgresAccount } from "./postgres-account.ts";
import { installedBinaries } from "./postgres-binaries.ts";

/** Tells, without starting anything, whether this machine can run the embedded PostgreSQL, and under which account. */
export function embeddedPostgresAvailable(): { readonly ok: boolean; readonly detail: string } {
  try {
    const { uid } = postgresAccount();
    const binaries = installedBinaries();
    if (!existsSync(join(binaries, "bin", "postgres"))) return { ok: false, detail: `${binaries} has no PostgreSQL in it` };
    if (!existsSync(tmpdir())) return { ok: false, detail: `the folder ${tmpdir()} does not exist` };
    return { ok: true, detail: `${binaries}${uid === undefined ? "" : `, run under user id ${uid}`}` };
  } catch (error) {
    return { ok: false, detail: isMortiseError(error) ? `${error.message} ${error.data.remedy}` : String(error) };
  }
}
