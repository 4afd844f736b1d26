import type { CredentialLease, PlainCredential } from "../tokens/credential-store.ts";

/** The lease of a process that is alone with its store, or has none: there is nobody to keep out, and nothing to note for. */
export function loneLease(
  credential: PlainCredential | undefined,
  save?: (fields: PlainCredential) => Promise<void>,
): CredentialLease {
  return Object.freeze({
    credential,
    version: 0,
    interrupted: undefined,
    begin: async () => undefined,
    commit: async (fields: PlainCredential) => {
      await save?.(fields);
      return save !== undefined;
    },
    abandon: async () => undefined,
  });
}
