import { open, rename, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { CredentialStore, PlainCredential } from "@mortise/auth";
import type { Json, JsonObject } from "@mortise/contract";
import { BegunRenewals, versionOf } from "./begun-renewals.ts";
import { withFileLock } from "./file-lock.ts";
import { plainFields } from "./read-connections.ts";
import { readSecretFile } from "./read-file.ts";

/** Fields that the runtime renews. */
const RENEWED = ["accessToken", "refreshToken", "expiresAt"];

/**
 * Keeps credentials in a connections file, for one process at a time. Puts renewed tokens into a connections file, where the refresh token is plain text; many work once, so the file would be of no use
 * otherwise. One that comes from the environment is left alone, and `warn` says so. `at` finds a connection's object in the file.
 */
export function credentialFile(
  file: string,
  at: (root: JsonObject, connection: string) => Json | undefined,
  warn: (line: string) => void,
): CredentialStore {
  const begun = new BegunRenewals(`${resolve(file)}.renewing`);
  const fieldsOf = async (connection: string) => {
    const { value } = await readSecretFile(file);
    const holder = isObject(value) ? at(value, connection) : undefined;
    const there = isObject(holder) ? holder.credential : undefined;
    if (!isObject(there)) return undefined;
    return { fields: plainFields(there, file, `/${connection}`), isKept: typeof there.refreshToken === "string" };
  };
  /** What the environment holds is the same for everybody, whatever anybody renews. */
  const read = async (connection: string): Promise<PlainCredential | undefined> => {
    const found = await fieldsOf(connection);
    return found?.isKept === true ? found.fields : undefined;
  };
  const store: CredentialStore = {
    save: async (connection, _tenant, credential, previous) => {
      const { value } = await readSecretFile(file);
      const holder = isObject(value) ? at(value, connection) : undefined;
      const there = isObject(holder) ? holder.credential : undefined;
      if (!isObject(holder) || !isObject(there)) return;
      if (typeof there.refreshToken !== "string") {
        if (credential.refreshToken !== previous.refreshToken)
          warn(
            `The refresh token of the connection in ${file} was replaced, and it is not kept there: the old one may not work again.`,
          );
        return;
      }
      await rewrite(file, swapped(value as JsonObject, holder, { ...holder, credential: renewed(there, credential) }));
    },
    load: read,
    exclusively: (connection, tenant, work) =>
      withFileLock(`${resolve(file)}.lock`, async () => {
        const credential = await read(connection);
        const version = credential === undefined ? 0 : versionOf(credential);
        const sinceMs = begun.sinceMs(connection, version);
        return work({
          credential,
          version,
          interrupted: sinceMs === undefined ? undefined : { sinceMs },
          begin: async () => {
            if (credential !== undefined) begun.begin(connection, version, Date.now());
          },
          commit: async (fields) => {
            const there = await fieldsOf(connection);
            if (there?.isKept === true && versionOf(there.fields) !== version) return false;
            await store.save(connection, tenant, fields, there?.fields ?? {});
            begun.forget(connection);
            return credential !== undefined;
          },
          abandon: async () => {
            if (sinceMs === undefined) begun.forget(connection);
          },
        });
      }),
  };
  return Object.freeze(store);
}

function renewed(there: JsonObject, credential: PlainCredential): JsonObject {
  const { expiresAt: _, ...kept } = there;
  const fresh = RENEWED.flatMap((name) => (credential[name] === undefined ? [] : [[name, credential[name]] as const]));
  return { ...kept, ...Object.fromEntries(fresh) };
}

/** The document with one of its objects replaced. */
function swapped(root: JsonObject, old: JsonObject, fresh: JsonObject): JsonObject {
  if (root === old) return fresh;
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, value === old ? fresh : value]));
}

/** The file holds the old text or the new one, whole, and nobody else can read it who could not before. */
async function rewrite(file: string, value: JsonObject): Promise<void> {
  const path = resolve(file);
  const { mode } = await stat(path);
  const handle = await open(`${path}.new`, "w", mode & 0o777);
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
