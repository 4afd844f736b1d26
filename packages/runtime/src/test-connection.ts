import { type CallResult, MortiseError } from "@mortise/contract";
import { carryConnection, contractFor } from "./connection/carry-connection.ts";
import { openConnection } from "./connection/open-connection.ts";
import { outcomeOf } from "./outcome/outcome-of.ts";
import type { CallRequest, ConnectionRef } from "./runtime.ts";
import type { Services } from "./services.ts";
import { asError } from "./stages/record.ts";

type Run = (use: string, request: CallRequest) => Promise<CallResult>;

/** Checks a connection's settings and credential, then runs its scheme's test operation. Without one it says that nothing was verified. */
export async function testConnection(services: Services, ref: ConnectionRef, tenant: string, run: Run): Promise<CallResult> {
  const startedAtMs = services.clock.now();
  const meta = () => ({ attempts: 0, waitMs: 0, durationMs: Math.max(0, services.clock.now() - startedAtMs) });
  try {
    const connection = typeof ref === "string" ? await services.connections?.(ref, tenant) : ref;
    if (connection === undefined)
      throw new MortiseError("CONNECTION_NOT_FOUND", `No connection of the name "${String(ref)}" exists.`);
    const contract = contractFor(services, connection);
    if (contract === undefined)
      throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${connection.connector} is installed.`);
    const { scheme } = openConnection(contract, carryConnection(contract, connection), tenant);
    if (scheme.test === undefined) {
      const message = "The settings are well formed. This connector has no way to verify more.";
      return { outcome: "success", output: { verified: false, message }, meta: meta() };
    }
    const use = `${contract.name}@${contract.version}/${scheme.test.operation}`;
    const result = await run(use, { connection, tenant, input: scheme.test.input ?? {} });
    if (result.outcome !== "success") return result;
    return { ...result, output: { verified: true, message: `${contract.title} accepted the connection.` } };
  } catch (thrown) {
    const { code, data } = asError(thrown);
    return { outcome: outcomeOf(code), error: data, meta: meta() };
  }
}
