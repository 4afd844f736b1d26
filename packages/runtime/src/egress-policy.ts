/** Where calls may go. Part of the deployment's configuration; never of a stored document. */
export interface EgressPolicy {
  /**
   * Exceptions to the default (https to public addresses). Each entry is an origin or a socket:
   * `http://127.0.0.1:8080`, `https://10.0.0.5`, `tcp://127.0.0.1:5432`, `tcp://127.0.0.1:*`, `unix:/run/postgresql`.
   * `*` as port matches every port. Names are matched as written, then their addresses are allowed to be private.
   */
  readonly allow?: readonly string[];
}
