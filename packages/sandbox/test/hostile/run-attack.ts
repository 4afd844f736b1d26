import { isMortiseError } from "@mortise/contract";
import { CAPABILITIES } from "../../src/guest/guest-call.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { type Attack, NOW_MS, type Outcome } from "./attack.ts";
import { type AttackedHost, attackedHost } from "./attacked-host.ts";

const GRANTED = ["http.request", "http.rest", "state.get", "state.put", "log"];

/** Runs an attack; what got through to the host that should not have makes the outcome one that no attack expects. */
export async function runAttack(
  sandbox: Sandbox,
  { source, input = {}, secrets = [], capabilities = CAPABILITIES, asks = false }: Attack,
): Promise<Outcome> {
  const host = attackedHost();
  const asking = { context: { settings: {} }, granted: GRANTED, hooks: host };
  const request = { source, functionName: "f", input, secrets, capabilities, nowMs: NOW_MS, ...(asks ? asking : {}) };
  try {
    const value = await sandbox.run(request);
    const reached = beyondItsLimits(host);
    return reached === undefined ? { value } : { code: "none", message: reached };
  } catch (error) {
    if (!isMortiseError(error)) return { code: "none", message: String(error) };
    const reached = beyondItsLimits(host);
    return reached === undefined ? { code: error.code, message: error.message } : { code: "none", message: reached };
  }
}

function beyondItsLimits({ asked, lines }: AttackedHost): string | undefined {
  const counted = asked.filter(({ name }) => name !== "http.rest").length;
  const logged = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  if (counted > 50 || asked.length > 300) return `${asked.length} questions`;
  if (logged > 64 * 1_024) return `${logged} bytes of log`;
  return asked.find(({ name }) => !GRANTED.includes(name))?.name;
}
