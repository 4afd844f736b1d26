/** The fields of a credential in plaintext; whoever stores them encrypts them. */
export type PlainCredential = { readonly [field: string]: string };

/** Keeps credentials that change by themselves: a refresh token that was replaced, the access token that came with it. */
export interface CredentialStore {
  /**
   * Keeps the whole credential of a connection. Awaited before a token that came with it is used; a rejection keeps the token unused and
   * is tried again. `previous` is what it replaces, for stores that compare before they set.
   */
  save(connection: string, tenant: string, credential: PlainCredential, previous: PlainCredential): Promise<void>;
  /**
   * The credential as it is stored now. Asked before a refresh token is spent and after it was refused, as another process may have
   * replaced it. Absent: nobody else refreshes.
   */
  load?(connection: string, tenant: string): Promise<PlainCredential | undefined>;
}
