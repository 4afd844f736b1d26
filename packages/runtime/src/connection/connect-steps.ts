import type { PlainCredential } from "@mortise/auth";
import {
  type AuthScheme,
  CATALOGUE,
  type ConnectStep,
  type Contract,
  type ErrorCode,
  getPointer,
  keptField,
  MortiseError,
} from "@mortise/contract";
import type { OperationRunner } from "../call.ts";
import type { Connection } from "../runtime.ts";
import { connectionSettings } from "./kept-settings.ts";

/** The steps of a scheme and of those that it is made of. */
export function stepsOf(scheme: AuthScheme, which: "postConnect" | "preDelete"): readonly ConnectStep[] {
  const parts = scheme.kind === "all" ? scheme.of : [];
  return [...parts.flatMap((part) => part[which] ?? []), ...(scheme[which] ?? [])];
}

/**
 * Runs what a contract has run once a connection has been made (`postConnect`); each step sees what those before it kept. Returns the
 * credential with that in it. Throws what a step's call came to, `AUTH_FAILED` where it does not say what it should, `MISCONFIGURED` where that does
 * not fit its setting.
 */
export async function runConnectSteps(
  connection: Connection,
  contract: Contract,
  scheme: AuthScheme,
  tenant: string,
  runner: OperationRunner,
): Promise<PlainCredential> {
  let credential: PlainCredential = connection.credential ?? {};
  for (const { operation, input = {}, keep = {} } of stepsOf(scheme, "postConnect")) {
    const use = `${contract.name}@${contract.version}/${operation}`;
    const result = await runner.call(use, { connection: { ...connection, credential }, tenant, input, isConnecting: true });
    if (result.outcome !== "success") {
      const { code, message, ...data } = result.error;
      throw new MortiseError(isErrorCode(code) ? code : "INTERNAL", message, data);
    }
    const kept = Object.entries(keep).map(([setting, pointer]) => {
      const found = getPointer(result.output, pointer);
      if (found !== undefined && found !== null && found !== "")
        return [keptField(setting), typeof found === "string" ? found : JSON.stringify(found)] as const;
      throw new MortiseError("AUTH_FAILED", `${operation} did not say ${pointer}, which is needed as the setting ${setting}.`, {
        path: `/settings/${setting}`,
      });
    });
    credential = { ...credential, ...Object.fromEntries(kept) };
    connectionSettings({ contract, connection, fields: credential, isConnecting: true });
  }
  return credential;
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(CATALOGUE, code);
