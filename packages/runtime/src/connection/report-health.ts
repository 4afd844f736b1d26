import type { HealthFinding } from "@mortise/auth";
import type { ErrorData } from "@mortise/contract";
import type { AskedCall, ResolvedCall } from "../call.ts";

/**
 * Tells what a call has found out about its connection: that it works, that its credential is refused, that a setting is wrong. `error` is
 * redacted; undefined: the call was answered by the other system. Costs nothing where nobody listens.
 */
export function reportHealth(call: AskedCall | ResolvedCall, error: ErrorData | undefined): void {
  const { health } = call.services;
  if (health === undefined || call.request.dryRun === true) return;
  const connection = nameOf(call);
  const finding = error === undefined ? WORKED : findingOf(error);
  if (connection !== "" && finding !== undefined) health.report({ tenant: call.tenant, connection, finding });
}

const WORKED: HealthFinding = Object.freeze({ kind: "call_ok" });

/** Of other failures the connection is not the cause. */
export function findingOf({ code, message }: Pick<ErrorData, "code" | "message">): HealthFinding | undefined {
  if (code !== "AUTH_FAILED" && code !== "MISCONFIGURED") return undefined;
  const state = code === "AUTH_FAILED" ? "needs_reauth" : "misconfigured";
  return { kind: "call_refused", state, reason: { code, message, from: "call" } };
}

/** One that could not be opened has a name all the same. */
function nameOf(call: AskedCall | ResolvedCall): string {
  if ("connection" in call) return call.connection.name;
  const { connection } = call.request;
  return typeof connection === "string" ? connection : (connection?.name ?? "");
}
