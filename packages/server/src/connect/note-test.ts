import type { HealthFinding } from "@mortise/auth";
import type { CallResult, Json } from "@mortise/contract";
import { type Connection, findingOf } from "@mortise/runtime";
import type { Host } from "../host/open-host.ts";
import { TENANT } from "../store/open-store.ts";

/** What a test of a connection came to. */
export interface TestReport {
  readonly works: boolean;
  /** In words for a person. */
  readonly message: string;
  /** What the account is called, where the connector says. */
  readonly label?: string;
  /** Digest of what identifies it, where the connector says. */
  readonly subject?: string;
  readonly result: CallResult;
}

/** Tests a stored connection and keeps what came of it: its health, and what its account is called. */
export async function noteTest(host: Host, name: string): Promise<TestReport> {
  const report = await tryConnection(host, name);
  const { works, message, label, subject, result } = report;
  await host.store.connections.setHealth(name, { status: works ? "ok" : "failing", testedAtMs: host.now(), message });
  await noteFinding(host, name, found(result));
  if (label !== undefined || subject !== undefined) {
    const known = await host.store.accounts.find(name);
    await host.store.accounts.put(name, {
      ...known,
      connectedAtMs: known?.connectedAtMs ?? host.now(),
      ...(label === undefined ? {} : { label }),
      ...(subject === undefined ? {} : { subject: { ...known?.subject, test: subject } }),
    });
  }
  return report;
}

/** Keeps what was found out about a connection; resolves once it is stored. */
export async function noteFinding(host: Host, connection: string, finding: HealthFinding): Promise<void> {
  host.care.health.report({ tenant: TENANT, connection, finding });
  await host.care.health.settled();
}

/** What is not the connection's fault may be over in a while. */
function found(result: CallResult): HealthFinding {
  if (result.outcome === "success") return { kind: "call_ok" };
  const { code, message } = result.error;
  return findingOf(result.error) ?? { kind: "call_delayed", reason: { code, message, from: "call" } };
}

/** Tests a connection and keeps nothing. */
export async function tryConnection(host: Host, connection: string | Connection): Promise<TestReport> {
  const result = await host.runtime.testConnection(connection);
  if (result.outcome !== "success")
    return { works: false, message: [result.error.message, result.error.remedy].filter(Boolean).join(" "), result };
  const label = textOf(result.output, "label");
  const subject = textOf(result.output, "subject");
  const account = { ...(label === undefined ? {} : { label }), ...(subject === undefined ? {} : { subject }) };
  return { works: true, message: "The connection works.", ...account, result };
}

function textOf(output: Json, key: string): string | undefined {
  if (typeof output !== "object" || output === null || Array.isArray(output)) return undefined;
  const found = (output as { readonly [key: string]: Json })[key];
  return typeof found === "string" ? found : undefined;
}
