/**
 * Runs guest code: checks what goes in, waits for a turn, has it run, reads what comes out.
 *
 * Owns: the host that is open, who waits for a turn.
 * Does not own: the guests' engine (run-guest), their threads (WorkerPool), their process (ProcessHost).
 * Talks to: SandboxHost, the strictest that can be had here.
 * Invariants:
 *   S1. Nothing is started before the first call or the first question about the level.
 *   S2. A host that ended is replaced at the next call; a call that it broke off by ending is made once more, unless it has asked anything.
 *   S4. A tenant has so many calls at once and so much processor time a minute; what it has too many of takes nothing from others.
 *   S3. What comes back is JSON without `__proto__`, and errors have none of the call's secrets in them.
 */
import { availableParallelism } from "node:os";
import { type Json, MortiseError } from "@mortise/contract";
import { faultError } from "./fault-error.ts";
import { type GuestAnswer, type GuestCall, type GuestHooks, NO_HOOKS } from "./guest/guest-call.ts";
import { type HostOpener, hostOpeners, openHost } from "./open-host.ts";
import { readOutput } from "./read-output.ts";
import type { Sandbox, SandboxRequest } from "./sandbox.ts";
import type { SandboxHost } from "./sandbox-host.ts";
import type { SandboxLevel } from "./sandbox-level.ts";
import { type SandboxLimits, sandboxLimits } from "./sandbox-limits.ts";
import { TenantTime } from "./tenant-time.ts";
import { Turns } from "./turns.ts";

const IDENTIFIER = /^[A-Za-z_$][\w$]{0,99}(?:\.[A-Za-z_$][\w$]{0,99}){0,3}$/;
const MAX_AT_ONCE = 8;
const AT_ONCE_A_TENANT = 4;
const TENANT_CPU_MS_A_MINUTE = 30_000;

/** Options of {@link createSandbox}. */
export interface SandboxOptions {
  /** Absent: {@link SandboxLimits}' defaults. */
  readonly limits?: Partial<SandboxLimits>;
  /** Calls at once, each with a thread of its own. Absent: four a processor, as most of them wait for answers, 8 at most. */
  readonly atOnce?: number;
  /** Of these, for one tenant. Absent: 4. */
  readonly atOnceForTenant?: number;
  /** Processor time that the code of one tenant may use a minute, in ms. Absent: 30,000. */
  readonly tenantCpuMsPerMinute?: number;
  /** Calls that may wait for a turn. Absent: 1,000. */
  readonly maxWaiting?: number;
  /** Is told what stands around the code whenever a place for it was opened. Must not throw. Absent: nobody is told. */
  readonly onOpen?: (level: SandboxLevel) => void;
  /** Epoch ms; absent: the machine's clock. */
  readonly now?: () => number;
}

/**
 * Creates a sandbox. Throws `INVALID_VALUE` for limits that cannot be.
 *
 * @example
 * const sandbox = createSandbox();
 * await sandbox.run({ source: "const double = ({ n }) => 2 * n", functionName: "double", input: { n: 21 } }); // 42
 * await sandbox.close();
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const limits = sandboxLimits(options.limits);
  return sandboxIn(hostOpeners(limits), limits, options);
}

/** {@link createSandbox} with other ways to open a host. */
export function sandboxIn(openers: readonly HostOpener[], limits: SandboxLimits, options: SandboxOptions = {}): Sandbox {
  const { now = Date.now, maxWaiting = 1_000, atOnce = Math.min(MAX_AT_ONCE, 4 * availableParallelism()) } = options;
  const turns = new Turns({ atOnce, atOnceForTenant: options.atOnceForTenant ?? AT_ONCE_A_TENANT, maxWaiting });
  const time = new TenantTime(options.tenantCpuMsPerMinute ?? TENANT_CPU_MS_A_MINUTE, now);
  let opening: Promise<SandboxHost> | undefined;
  let closed = false;

  const host = async (): Promise<SandboxHost> => {
    if (closed) throw new MortiseError("CALL_CANCELLED", "The sandbox is closed.");
    const before = opening;
    const known = await before?.catch(() => undefined);
    if (known !== undefined && !known.ended) return known;
    // Of several calls that find no host, one opens it.
    if (opening !== before) return host();
    opening = openHost(openers);
    const open = await opening;
    options.onOpen?.(open.level);
    return open;
  };
  const make = async (call: GuestCall, hooks: GuestHooks): Promise<GuestAnswer> => {
    const used = await host();
    let hasAsked = false;
    const answer = await used.run(call, {
      ...hooks,
      ask: (question) => {
        hasAsked = true;
        return hooks.ask(question);
      },
    });
    const brokenOff = used.ended && !answer.ok && answer.fault === "crashed" && !hasAsked;
    return brokenOff ? (await host()).run(call, hooks) : answer;
  };
  const charged = async (request: SandboxRequest, call: GuestCall): Promise<GuestAnswer> => {
    const { tenant, hooks = NO_HOOKS } = request;
    if (tenant === undefined) return make(call, hooks);
    time.check(tenant);
    let used: number | undefined;
    const answer = await make(call, {
      ...hooks,
      spent: (cpuMs) => {
        used = cpuMs;
      },
    });
    // Of one that was killed for its time nothing is known: it may have used all of it.
    time.add(tenant, used ?? (answer.ok || answer.fault !== "wall" ? 0 : limits.cpuMs));
    return answer;
  };

  return Object.freeze({
    run: async (request: SandboxRequest): Promise<Json> => {
      const call = guestCall(request, limits, now);
      const { functionName, secrets = [], tenant, hooks, locate } = request;
      const answer = await turns.take(() => charged(request, call), tenant, hooks?.signal);
      if (answer.ok) return readOutput(answer.output);
      if (closed) throw new MortiseError("CALL_CANCELLED", "The sandbox was closed.");
      if (hooks?.signal?.aborted && answer.fault === "stopped") throw hooks.signal.reason;
      throw faultError(answer.fault, answer.error, { functionName, limits: call.limits, secrets, locate });
    },
    level: async () => (await host()).level,
    close: async () => {
      closed = true;
      const open = await opening?.catch(() => undefined);
      await open?.close();
    },
  });
}

function guestCall(request: SandboxRequest, limits: SandboxLimits, now: () => number): GuestCall {
  const { source, functionName, capabilities = [], nowMs = now(), entropy, granted } = request;
  if (!IDENTIFIER.test(functionName))
    throw new MortiseError("CODE_FAILED", `"${functionName}" is no name of a function that code could define.`);
  // The engine takes sources as texts that end with a NUL.
  if (source.includes("\0")) throw new MortiseError("CODE_FAILED", "The code has a NUL character in it.");
  const input = JSON.stringify(request.input);
  for (const [what, text] of [["code", source] as const, ["input", input] as const]) {
    const bytes = Buffer.byteLength(text);
    if (bytes > limits.inputBytes)
      throw new MortiseError(
        "LIMIT_EXCEEDED",
        `The ${what} of ${functionName} has ${bytes} bytes, at most ${limits.inputBytes} are allowed.`,
      );
  }
  return {
    source,
    functionName,
    input,
    capabilities,
    nowMs,
    limits: request.limits === undefined ? limits : sandboxLimits({ ...limits, ...request.limits }),
    ...(request.context === undefined ? {} : { context: JSON.stringify(request.context) }),
    ...(granted === undefined ? {} : { granted }),
    ...(entropy === undefined ? {} : { entropy }),
  };
}
