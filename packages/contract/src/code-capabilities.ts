/**
 * What code of a connector may reach beside its input. What is not here is not there: no network, no files, no clock that runs. Groups that
 * reach nothing (`crypto`, `encoding`, `random`, `clock`) need no declaration.
 */
export interface CodeCapabilities {
  /** Places that requests may go to; the first that fits a request decides about it. Absent: none. */
  readonly http?: readonly HttpCapability[];
  /** Values that are kept from one call to the next, for this connection. Absent: none. */
  readonly state?: { readonly maxKB: number };
  /** Fields of the credential that the host makes and checks codes with (RFC 2104); their values are never seen. Absent: none. */
  readonly hmac?: readonly string[];
  /** Room for log lines of one call. Absent: 64 KB. */
  readonly log?: { readonly maxKB: number };
}

/** A place that requests of code may go to. */
export interface HttpCapability {
  /** A host as the contract's `hosts` have it, `{settings.x}` holes included; `"*"` only where `hosts` has it. */
  readonly host: string;
  /** Absent: 443. */
  readonly port?: number;
  readonly methods: readonly CodeMethod[];
  /** Paths from the first `/` on: `*` is one segment, `**` at the end is all that follows. */
  readonly paths: readonly string[];
  /** Whether the host puts the connection's credential into these requests. */
  readonly auth: "connection" | "none";
}

/** Methods that code may be granted (RFC 9110 §9, RFC 5789). */
export type CodeMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
