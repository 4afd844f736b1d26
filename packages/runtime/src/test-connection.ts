import { createHash } from "node:crypto";
import { plainWords } from "@mortise/auth";
import { compileValue } from "@mortise/builders";
import { type AuthScheme, type CallResult, getPointer, type Json, type JsonObject } from "@mortise/contract";
import { findConnection } from "./connection/find-connection.ts";
import { openConnection } from "./connection/open-connection.ts";
import { outcomeOf } from "./outcome/outcome-of.ts";
import type { CallRequest, ConnectionRef } from "./runtime.ts";
import type { Services } from "./services.ts";
import { asError } from "./stages/record.ts";

type Run = (use: string, request: CallRequest) => Promise<CallResult>;

/**
 * Checks a connection's settings and credential, then runs its scheme's test operation, whose output also says what the account is called.
 * Without one it says that nothing was verified.
 */
export async function testConnection(services: Services, ref: ConnectionRef, tenant: string, run: Run): Promise<CallResult> {
  const startedAtMs = services.clock.now();
  const meta = () => ({ attempts: 0, waitMs: 0, durationMs: Math.max(0, services.clock.now() - startedAtMs) });
  try {
    const { connection, contract } = await findConnection(services, ref, tenant);
    const { scheme, settings, redactor } = openConnection(contract, connection, tenant);
    if (scheme.test === undefined) {
      const message = "The settings are well formed. This connector has no way to verify more.";
      return { outcome: "success", output: { verified: false, message }, meta: meta() };
    }
    const use = `${contract.name}@${contract.version}/${scheme.test.operation}`;
    const result = await run(use, { connection, tenant, input: scheme.test.input ?? {} });
    if (result.outcome !== "success") return result;
    const label = labelOf(scheme, { output: result.output, settings });
    const subject = subjectOf(contract.operations[scheme.test.operation]?.identity ?? [], result.output);
    const message = `${contract.title} accepted the connection.`;
    const account = {
      ...(label === undefined ? {} : { label: redactor.text(label) }),
      ...(subject === undefined ? {} : { subject }),
    };
    return { ...result, output: { verified: true, message, ...account } };
  } catch (thrown) {
    const { code, data } = asError(thrown);
    return { outcome: outcomeOf(code), error: data, meta: meta() };
  }
}

/** Whose account it is, as a digest of what identifies the test's output. Undefined: the operation names nothing, or something is missing. */
function subjectOf(identity: readonly string[], output: Json): string | undefined {
  const values = identity.map((pointer) => getPointer(output, pointer));
  if (values.length === 0 || values.some((value) => value === undefined || value === null || value === "")) return undefined;
  return createHash("sha256").update(JSON.stringify(values)).digest("base64url");
}

const MAX_LABEL = 200;

/** What the account is called. A label that the output has nothing for is none: the connection works all the same. */
function labelOf({ label }: AuthScheme, scope: { readonly output: Json; readonly settings: JsonObject }): string | undefined {
  if (label === undefined) return undefined;
  try {
    const text = compileValue(label).evaluate(scope);
    const words = typeof text === "string" ? plainWords(text, MAX_LABEL) : "";
    return words === "" ? undefined : words;
  } catch {
    return undefined;
  }
}
