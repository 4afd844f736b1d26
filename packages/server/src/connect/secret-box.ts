import { open, type Sealed, seal, type WrappingKey } from "../vault/envelope.ts";

/** Seals what belongs to a place of the store. What was sealed for one place opens at no other. */
export interface SecretBox {
  seal(plain: string, place: string): Promise<{ readonly kekId: string; readonly sealed: object }>;
  /** Throws `MISCONFIGURED` where key, place or bytes are others. */
  open(sealed: object, place: string): Promise<string>;
}

/** A box of the deployment's key. A place holds a slash, so that it is no connection's name. */
export function secretBox(tenant: string, key: WrappingKey): SecretBox {
  return Object.freeze({
    seal: async (plain: string, place: string) => {
      const sealed = seal(plain, { tenant, connection: place }, key);
      return { kekId: sealed.kekId, sealed };
    },
    open: async (sealed: object, place: string) => open(sealed as Sealed, { tenant, connection: place }, key),
  });
}
