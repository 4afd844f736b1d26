import type { CallResult, Json } from "@mortise/contract";
import type { Connection } from "@mortise/runtime";
import type { Host } from "../host/open-host.ts";

/** What a test of a connection came to. */
export interface TestReport {
  readonly works: boolean;
  /** In words for a person. */
  readonly message: string;
  /** What the account is called, where the connector says. */
  readonly label?: string;
  readonly result: CallResult;
}

/** Tests a stored connection and keeps what came of it: its health, and what its account is called. */
export async function noteTest(host: Host, name: string): Promise<TestReport> {
  const report = await tryConnection(host, name);
  const { works, message, label } = report;
  await host.store.connections.setHealth(name, { status: works ? "ok" : "failing", testedAtMs: host.now(), message });
  if (label !== undefined) {
    const known = await host.store.accounts.find(name);
    await host.store.accounts.put(name, { ...known, connectedAtMs: known?.connectedAtMs ?? host.now(), label });
  }
  return report;
}

/** Tests a connection and keeps nothing. */
export async function tryConnection(host: Host, connection: string | Connection): Promise<TestReport> {
  const result = await host.runtime.testConnection(connection);
  if (result.outcome !== "success")
    return { works: false, message: [result.error.message, result.error.remedy].filter(Boolean).join(" "), result };
  const label = textOf(result.output, "label");
  return { works: true, message: "The connection works.", ...(label === undefined ? {} : { label }), result };
}

function textOf(output: Json, key: string): string | undefined {
  if (typeof output !== "object" || output === null || Array.isArray(output)) return undefined;
  const found = (output as { readonly [key: string]: Json })[key];
  return typeof found === "string" ? found : undefined;
}
