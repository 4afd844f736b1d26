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
  /**
   * Does `work` while nobody else, in this process or another, has the same connection's lease, and returns what it returns. Throws
   * `TARGET_SICK` where the lease cannot be had in time. Absent: one process alone uses the store, and `save` takes the place of a lease.
   */
  exclusively?<T>(connection: string, tenant: string, work: (lease: CredentialLease) => Promise<T>): Promise<T>;
}

/** The right to spend what a stored credential holds, and what is known of those who had it before. */
export interface CredentialLease {
  /** As it is stored now, read after the lease was had. Undefined: nothing is stored under this name. */
  readonly credential: PlainCredential | undefined;
  /** Of the credential; another one after every change. 0 where nothing is stored. */
  readonly version: number;
  /**
   * Somebody began to spend this very version, and nobody knows how that ended: the process died, or no answer came. Since when, epoch ms.
   */
  readonly interrupted: { readonly sinceMs: number } | undefined;
  /** Notes durably, apart from the lease, that the credential is about to be spent. Awaited before anything is sent. */
  begin(): Promise<void>;
  /** Stores what came in its place if the version is still the same, and settles what `begin` noted. False: it is another one by now. */
  commit(fields: PlainCredential): Promise<boolean>;
  /** Takes back what this lease's own `begin` noted: the other side surely did not spend it. What others noted stays. */
  abandon(reason: string): Promise<void>;
}
