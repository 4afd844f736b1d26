import { type CredentialStore, type PlainCredential, unboundHosts } from "@mortise/auth";
import type { Contract } from "@mortise/contract";
import type { Store } from "../store/open-store.ts";
import type { SecretUse } from "../vault/secret-use.ts";
import { hasClient, mayOwnClient, registrationOf, withoutClient } from "./client-fields.ts";
import { personScheme } from "./person-scheme.ts";

/** Whose app a connection signs in with. `automatic`: one is registered on the way. */
export type ClientOwner = "own" | "deployment" | "automatic" | "missing";

/** Where a deployment keeps its apps, and what they are for. */
export interface ClientSources {
  readonly store: Pick<Store, "connections" | "clients">;
  readonly contract: (connector: string) => Contract | undefined;
}

/**
 * Fills the deployment's app into the credentials of connections that have none of their own.
 *
 * Owns: nothing; the app is filled in when a credential is read, and taken out before one is stored.
 * Invariants:
 *   A1. A connection's own app goes before the deployment's, unless the contract says `ownClient: false`; then it is never used.
 *   A2. The deployment's secret is never stored with a connection.
 *   A3. It goes to hosts of the contract alone: where a connection's settings name any host, the app is not used.
 */
export class DeploymentClients {
  readonly #sources: ClientSources;

  constructor(sources: ClientSources) {
    this.#sources = sources;
  }

  /** Whose app it is. */
  async owner(
    connection: { readonly connector: string; readonly auth?: string },
    stored: PlainCredential | undefined,
  ): Promise<ClientOwner> {
    const found = this.#personScheme(connection);
    if (found === undefined) return "own";
    if (hasClient(found.scheme, stored) && mayOwnClient(found.scheme)) return "own";
    if (found.mayShare && (await this.#sources.store.clients.find(found.connector, found.id))) return "deployment";
    return registrationOf(found.scheme) === "static" ? "missing" : "automatic";
  }

  /** The credential as it is used; `use` says for what. */
  async fill(
    connection: { readonly connector: string; readonly auth?: string },
    stored: PlainCredential | undefined,
    use: SecretUse,
  ): Promise<PlainCredential | undefined> {
    const found = this.#personScheme(connection);
    if (found === undefined) return stored;
    const isBound = !mayOwnClient(found.scheme);
    if (hasClient(found.scheme, stored) && !isBound) return stored;
    const fields = found.mayShare ? await this.#sources.store.clients.fields(found.connector, found.id, use) : undefined;
    const rest = isBound && stored ? withoutClient(found.scheme, stored) : stored;
    return fields === undefined ? rest : { ...rest, ...fields };
  }

  /** The credential as it is stored; `before` is what is stored now. */
  async strip(
    connection: { readonly connector: string; readonly auth?: string },
    before: PlainCredential | undefined,
    credential: PlainCredential,
  ): Promise<PlainCredential> {
    const found = this.#personScheme(connection);
    if (found === undefined || (hasClient(found.scheme, before) && mayOwnClient(found.scheme))) return credential;
    const isOwn = registrationOf(found.scheme) !== "static";
    if (isOwn && !(await this.#sources.store.clients.find(found.connector, found.id))) return credential;
    return withoutClient(found.scheme, credential);
  }

  /** A store of credentials for the runtime, which sees the app in them. */
  over(inner: CredentialStore): CredentialStore {
    const { load, exclusively } = inner;
    const { connections } = this.#sources.store;
    const fill = async (name: string, stored: PlainCredential | undefined) => {
      const connection = stored && (await connections.find(name));
      return connection ? await this.fill(connection, stored, { purpose: "refresh", actor: "runtime" }) : stored;
    };
    const strip = async (name: string, before: PlainCredential | undefined, credential: PlainCredential) => {
      const connection = await connections.find(name);
      return connection ? await this.strip(connection, before, credential) : credential;
    };
    return Object.freeze({
      save: async (name, tenant, credential, previous) => {
        const before = await load?.(name, tenant);
        await inner.save(name, tenant, await strip(name, before, credential), await strip(name, before, previous));
      },
      ...(load ? { load: async (name, tenant) => await fill(name, await load(name, tenant)) } : {}),
      ...(exclusively
        ? {
            exclusively: (name, tenant, work) =>
              exclusively(name, tenant, async (lease) => {
                const stored = lease.credential;
                return await work({
                  credential: await fill(name, stored),
                  version: lease.version,
                  interrupted: lease.interrupted,
                  begin: () => lease.begin(),
                  commit: async (fields) => await lease.commit(await strip(name, stored, fields)),
                  abandon: (reason) => lease.abandon(reason),
                });
              }),
          }
        : {}),
    } satisfies CredentialStore);
  }

  #personScheme({ connector, auth }: { readonly connector: string; readonly auth?: string }) {
    const contract = this.#sources.contract(connector);
    const found = contract && personScheme(contract, auth);
    if (!contract || !found) return undefined;
    return { ...found, connector: contract.name, mayShare: unboundHosts(contract, found.scheme).length === 0 };
  }
}
