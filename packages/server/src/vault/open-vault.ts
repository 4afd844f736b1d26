import { type KekProvider, Vault } from "@mortise/auth";
import type { Deployment } from "../host/deployment.ts";
import { TENANT } from "../store/open-store.ts";
import { openDatabase } from "./open-database.ts";
import { openKeys } from "./open-keys.ts";
import { destroyKey, disableKey, enableKey } from "./retire-keys.ts";
import { type RotateKeysOptions, rotateKeys } from "./rotate-keys.ts";
import { vaultStatus } from "./vault-status.ts";

/** Options of {@link openVault}. */
export interface OpenVaultOptions {
  /** Folder of the embedded database and the key file; with `databaseUrl`, of the key file alone. */
  readonly dataDir?: string;
  readonly databaseUrl?: string;
  readonly deployment: Deployment;
  /** Who acts, for the audit. */
  readonly actor: string;
  /** Keys of the vault, e.g. of a KMS. Absent: those that the deployment names. */
  readonly keys?: KekProvider;
  /** Epoch ms; absent: the machine's clock. */
  readonly now?: () => number;
}

/** A deployment's vault for those who look after it, beside servers and workers that may run. */
export type OpenVault = Awaited<ReturnType<typeof openVault>>;

/** Opens database and keys, and nothing else. Throws `DATABASE_UNAVAILABLE`, `MISCONFIGURED`. */
export async function openVault(options: OpenVaultOptions) {
  const { actor } = options;
  const now = options.now ?? Date.now;
  const { pool, db, close } = await openDatabase(options);
  let keys: KekProvider;
  try {
    keys = options.keys ?? openKeys({ settings: options.deployment.vault, dataDir: options.dataDir, now });
  } catch (error) {
    await close();
    throw error;
  }
  const vault = new Vault({ keys, now });
  const retiring = { db, keys, tenant: TENANT, actor, now };
  return Object.freeze({
    status: () => vaultStatus(db, keys, TENANT, now()),
    rotate: (more: Pick<RotateKeysOptions, "newKey" | "onProgress"> = {}) =>
      rotateKeys({ db, pool, vault, tenant: TENANT, actor, now, ...more }),
    disable: (kekId: string) => disableKey(retiring, kekId),
    enable: (kekId: string) => enableKey(retiring, kekId),
    destroy: (kekId: string, approver: string) => destroyKey(retiring, kekId, approver),
    close,
  });
}
