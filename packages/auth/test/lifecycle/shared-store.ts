import type { CredentialLease, CredentialStore, PlainCredential } from "../../src/index.ts";

/** A database in memory that several keepers share, with leases, versions and notes of what was begun. */
export function sharedStore(first: PlainCredential) {
  let credential = first;
  let version = 1;
  let line: Promise<unknown> = Promise.resolve();
  const steps: string[] = [];
  const state = {
    steps,
    begun: undefined as { readonly version: number; readonly sinceMs: number } | undefined,
    /** Thrown by the next commits. */
    faults: [] as Error[],
    /** Whether the next commit that fails has stored it all the same. */
    landsAnyway: false,
    nowMs: 0,
    get credential() {
      return credential;
    },
    /** Somebody else stores another credential. */
    replace: (fields: PlainCredential) => {
      credential = fields;
      version++;
    },
    store: undefined as unknown as CredentialStore,
  };
  const lease = (): CredentialLease => {
    const { begun } = state;
    const held = version;
    const interrupted = begun?.version === held ? { sinceMs: begun.sinceMs } : undefined;
    return {
      credential,
      version: held,
      interrupted,
      begin: async () => {
        steps.push("begin");
        if (interrupted === undefined) state.begun = { version: held, sinceMs: state.nowMs };
      },
      commit: async (fields) => {
        steps.push(`commit ${fields.refreshToken}`);
        const fault = state.faults.shift();
        if (fault !== undefined && !state.landsAnyway) throw fault;
        if (version !== held) return false;
        state.replace(fields);
        if (fault !== undefined) throw fault;
        return true;
      },
      abandon: async () => {
        steps.push("abandon");
        if (interrupted === undefined) state.begun = undefined;
      },
    };
  };
  state.store = {
    save: async () => undefined,
    load: async () => credential,
    exclusively: (_connection, _tenant, work) => {
      const mine = line.then(() => work(lease()));
      line = mine.catch(() => undefined);
      return mine;
    },
  };
  return state;
}
