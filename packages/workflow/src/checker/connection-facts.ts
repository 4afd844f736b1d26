/** What is known of a connection before it is used. */
export interface ConnectionFacts {
  /** Connector that it is for, e.g. `acme-crm` or `acme-crm@1`. Absent: not checked. */
  readonly connector?: string;
  /** Id of its auth scheme. Absent: not known. */
  readonly auth?: string;
  /** Scopes that it was granted. Absent: not known, as with keys and passwords. */
  readonly scopes?: readonly string[];
  /** Region that its data goes to, e.g. `eu`. Absent: not known. */
  readonly region?: string;
}
