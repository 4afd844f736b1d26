import { kekIdOf, type StoredSecret, type Vault } from "@mortise/auth";

/** Seals what belongs to a place of the store. What was sealed for one place opens at no other. */
export interface SecretBox {
  seal(plain: string, place: string): Promise<{ readonly kekId: string; readonly sealed: object }>;
  /** Throws `SECRET_TAMPERED` where place or bytes are others, `VAULT_KEY_REFUSED`, `VAULT_UNAVAILABLE`. */
  open(sealed: object, place: string): Promise<string>;
}

/** A box of the deployment's vault. A place holds a slash, so that it is no connection's name. */
export function secretBox(tenant: string, vault: Vault): SecretBox {
  return Object.freeze({
    seal: async (plain: string, place: string) => {
      const sealed = await vault.seal(plain, boxPlace(tenant, place));
      return { kekId: kekIdOf(sealed), sealed };
    },
    open: async (sealed: object, place: string) => await vault.open(sealed as StoredSecret, boxPlace(tenant, place)),
  });
}

/** Where a box of that place seals: it has one version, and no region. */
export function boxPlace(tenant: string, place: string) {
  return { tenant, connection: place, field: "box", version: 1, region: "" };
}
