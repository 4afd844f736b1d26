import { MortiseError } from "@mortise/contract";
import type { ResolvedCall } from "../call.ts";

/**
 * Stage 2: whether this caller may do this with this connection. Scopes are those that the credential is known to hold; of a key or a
 * password nothing is known, so the other system decides.
 */
export function authorize(call: ResolvedCall): ResolvedCall {
  const { target, connection, tenant } = call;
  if (connection.tenant !== tenant) {
    throw new MortiseError("NOT_ALLOWED", `The connection "${connection.name}" belongs to another tenant.`);
  }
  const { hosts } = target.connector.contract;
  if (target.body.kind === "request" && hosts.length === 0) {
    throw new MortiseError(
      "EGRESS_DENIED",
      `The contract of ${target.connector.contract.name} lists no host, so it makes no calls.`,
    );
  }
  return call;
}
