/** What a secret is read for, and by whom: the audit keeps it. */
export interface SecretUse {
  readonly purpose: "call" | "refresh" | "test" | "connect" | "rotate" | "revoke" | "export";
  /** A person's session, `runtime`, `cli`. */
  readonly actor: string;
  readonly runId?: string;
}
