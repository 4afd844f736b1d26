import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KekProvider, Vault } from "@mortise/auth";
import { AuditLog, type AuditSink } from "../../src/store/audit-log.ts";
import { ConnectionStore } from "../../src/store/connection-store.ts";
import { CredentialRows } from "../../src/store/credential-rows.ts";
import { revocationsSince } from "../../src/store/revocations.ts";
import { CredentialRotations } from "../../src/vault/credential-rotations.ts";
import { openDatabase } from "../../src/vault/open-database.ts";
import { openKeys } from "../../src/vault/open-keys.ts";
import { SecretLeases } from "../../src/vault/secret-leases.ts";

/** A real database in a folder of its own, with the key file beside it. */
export async function vaultDatabase() {
  const dataDir = mkdtempSync(join(tmpdir(), "mortise-vault-db-"));
  const opened = await openDatabase({ dataDir });
  return {
    ...opened,
    dataDir,
    keys: openKeys({ dataDir, env: {} }),
    close: async () => {
      await opened.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type VaultDatabase = Awaited<ReturnType<typeof vaultDatabase>>;

/** Options of {@link vaultProcess}. */
export interface VaultProcessOptions {
  readonly tenant?: string;
  readonly keys?: KekProvider;
  readonly now?: () => number;
  readonly audit?: (real: AuditSink) => AuditSink;
  /** Absent: looked at by hand, with `look`. */
  readonly timers?: boolean;
}

/** What one process has of the vault: stores and leases of its own, on the database that all share. */
export function vaultProcess({ db, keys: shared }: VaultDatabase, options: VaultProcessOptions = {}) {
  const { tenant = "default", keys = shared, now = Date.now } = options;
  const vault = new Vault({ keys, now });
  const rows = new CredentialRows(db, tenant, vault, now);
  const forget = (connection: string) => vault.forget(tenant, connection);
  const real = new AuditLog(db, tenant, now);
  const waiting: (() => void)[] = [];
  let looked = (): void => {};
  const leases = new SecretLeases({
    audit: options.audit?.(real) ?? real,
    revokedSince: async (seq) => {
      const found = await revocationsSince(db, tenant, seq);
      setImmediate(looked);
      return found;
    },
    onRevoked: forget,
    now,
    ...(options.timers
      ? {}
      : {
          later: (_ms: number, work: () => void) => {
            waiting.push(work);
            return () => {
              waiting.splice(waiting.indexOf(work) >>> 0, 1);
            };
          },
        }),
  });
  return {
    vault,
    rows,
    leases,
    audit: real,
    connections: new ConnectionStore(db, tenant, { rows, leases, forget }),
    rotations: new CredentialRotations({ rows, now }),
    /** Does what the timer would do now. */
    look: () =>
      new Promise<void>((resolve) => {
        looked = resolve;
        for (const work of waiting.splice(0)) work();
      }),
  };
}

export const use = { purpose: "call", actor: "runtime" } as const;
