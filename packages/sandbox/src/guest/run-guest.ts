/**
 * Makes one call of guest code in a fresh engine of this thread.
 *
 * Owns: the engine's instance, its interrupt handler, its one host function.
 * Does not own: the wall limit and the kill (whoever owns this thread), what the answer means (the sandbox).
 * Talks to: QuickJS compiled to WebAssembly.
 * Invariants:
 *   G1. Only text crosses: source, input and answers in, questions and outcome out. What JSON there is was written inside of the guest.
 *   G2. Nothing of an earlier call is there: every call has its own instance and memory.
 *   G3. A call whose engine ran out of memory, trapped or overflowed the stack says `discard`, whatever it returned.
 *   G4. The guest's queue is drained in batches with a look at the budget between them: an interrupt rejects one job and the queue lives on.
 *   G5. While the guest waits for an answer, nothing of it runs, and no processor time of it is counted.
 */
import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { type CallBudget, callBudget } from "./call-budget.ts";
import { type Entropy, openEntropy } from "./entropy.ts";
import type { GuestAnswer, GuestCall, GuestError, GuestFault } from "./guest-call.ts";
import type { GuestClock } from "./guest-clock.ts";
import { type HostCall, hostCall, refused } from "./host-call.ts";
import { openInstance } from "./open-instance.ts";
import { PRELUDE } from "./prelude.ts";
import { QuestionDesk } from "./question-desk.ts";
import { readFacts } from "./read-facts.ts";

const FILE = "code.js";
const JOBS_A_BATCH = 100;

/** Where guests run: the compiled engine and the clock of this thread. */
export interface GuestGround {
  readonly module: WebAssembly.Module;
  readonly clock: GuestClock;
}

/** Nobody answers: for calls that may ask nothing. */
const ALONE = Object.freeze({ ask: () => undefined, log: () => undefined });

/** Never rejects: whatever goes wrong is a fault in the answer. */
export async function runGuest(
  ground: GuestGround,
  call: GuestCall,
  desk: QuestionDesk = new QuestionDesk(call, ALONE),
): Promise<GuestAnswer> {
  const { engine, ranOut } = await openInstance(ground.module, call.limits.memoryBytes);
  try {
    const runtime = engine.newRuntime({ maxStackSizeBytes: call.limits.stackBytes });
    const budget = callBudget(call.limits);
    runtime.setInterruptHandler(budget.timeIsUp);
    const entropy = openEntropy(call.entropy);
    // The engine seeds Math.random with the time at which a context is made.
    ground.clock.set(entropy.seed());
    const context = runtime.newContext();
    ground.clock.set(call.nowMs);
    const answer = await runIn(context, call, { budget, entropy, desk });
    if (budget.brokenOff()) return fault(ranOut() ? "memory" : "crashed", true);
    if (answer.ok) return ranOut() ? { ...answer, discard: true } : answer;
    if (budget.timeIsUp()) return fault("cpu", true);
    if (ranOut()) return fault("memory", true);
    if (desk.tooMany) return fault("questions", false);
    return budget.tooManyHostCalls() ? fault("host-calls", false) : answer;
  } catch (error) {
    if (ranOut()) return fault("memory", true);
    return fault(error instanceof RangeError ? "stack" : "crashed", true);
  }
}

/** What one call is made with. */
interface Surroundings {
  readonly budget: CallBudget;
  readonly entropy: Entropy;
  readonly desk: QuestionDesk;
}

async function runIn(context: QuickJSContext, call: GuestCall, around: Surroundings): Promise<GuestAnswer> {
  const guest = openPrelude(context, call, around);
  const loaded = context.evalCode(call.source, FILE);
  if (loaded.error) return failed(context, guest.describe, loaded.error);
  // The name was checked to be an identifier. A script's `const` is no property of the global object.
  const found = context.evalCode(`typeof ${call.functionName} === "function" ? ${call.functionName} : undefined`, "lookup.js");
  if (found.error) return failed(context, guest.describe, found.error);
  if (context.typeof(found.value) !== "function") return fault("missing", false);

  const started = context.callFunction(guest.call, context.undefined, found.value, context.newString(call.input));
  if (started.error) return failed(context, guest.describe, started.error);
  return await settled(context, guest, call, around);
}

async function settled(
  context: QuickJSContext,
  guest: Prelude,
  call: GuestCall,
  { budget, desk }: Surroundings,
): Promise<GuestAnswer> {
  for (;;) {
    const done = context.runtime.executePendingJobs(JOBS_A_BATCH);
    const told = context.callFunction(guest.outcome, context.undefined);
    if (budget.timeIsUp()) return fault("cpu", true);
    if (told.error) return failed(context, guest.describe, told.error);
    const outcome = textOf(context, told.value, 2 * call.limits.outputBytes);
    if (outcome === undefined) return fault("output", false);
    if (outcome !== "") return readOutcome(outcome, call);
    if (done.error || done.value > 0) continue;
    if (!desk.isWaiting) return fault("pending", false);
    const { number, text } = await desk.next();
    const taken = context.callFunction(guest.answered, context.undefined, context.newNumber(number), context.newString(text));
    if (taken.error) return failed(context, guest.describe, taken.error);
  }
}

function readOutcome(outcome: string, { limits }: GuestCall): GuestAnswer {
  const rest = outcome.slice(1);
  switch (outcome[0]) {
    case "v":
      return Buffer.byteLength(rest) > limits.outputBytes ? fault("output", false) : { ok: true, output: rest, discard: false };
    case "e":
      return threw(rest);
    case "s":
      return fault("output", false);
    default:
      return fault("not-json", false);
  }
}

interface Prelude {
  readonly call: QuickJSHandle;
  readonly answered: QuickJSHandle;
  readonly outcome: QuickJSHandle;
  readonly describe: QuickJSHandle;
}

function openPrelude(context: QuickJSContext, call: GuestCall, { budget, entropy, desk }: Surroundings): Prelude {
  const host = guarded(context, hostCall(call.capabilities, entropy), call, { budget, desk });
  const open = context.unwrapResult(context.evalCode(PRELUDE, "prelude.js"));
  const granted = context.newString(JSON.stringify(call.capabilities));
  const limit = context.newNumber(call.limits.outputBytes);
  const questions = context.newString(JSON.stringify(call.granted ?? []));
  const around = context.newString(call.context ?? "");
  const made = context.unwrapResult(context.callFunction(open, context.undefined, host, granted, limit, questions, around));
  return {
    call: context.getProp(made, "call"),
    answered: context.getProp(made, "answered"),
    outcome: context.getProp(made, "outcome"),
    describe: context.getProp(made, "describe"),
  };
}

/** The host function as the guest sees it: two texts in, one text out, counted, and silent about whatever goes wrong. */
function guarded(
  context: QuickJSContext,
  compute: HostCall,
  { limits, granted = [] }: GuestCall,
  { budget, desk }: Pick<Surroundings, "budget" | "desk">,
): QuickJSHandle {
  const answer = (args: readonly QuickJSHandle[]): string => {
    if (budget.timeIsUp()) return refused("TOO_MANY");
    const [name, list] = args.map((arg) => textOf(context, arg, 2 * limits.inputBytes));
    if (name !== undefined && list === undefined && granted.includes(name)) return refused("TOO_LARGE");
    if (name === undefined || list === undefined) return refused("ARGUMENTS");
    if (name === "log" && granted.includes(name)) return logged(desk, list);
    if (granted.includes(name)) return desk.ask(name, list);
    return budget.takeHostCall() ? compute(name, list) : refused("TOO_MANY");
  };
  return context.newFunction("hostCall", (...args) => {
    try {
      return context.newString(answer(args));
    } catch {
      // The engine broke under this call: nothing may be asked of it any more, and no word of the error may reach the guest.
      budget.breakOff();
      return context.undefined;
    }
  });
}

function logged(desk: QuestionDesk, line: string): string {
  desk.log(line);
  return "=";
}

/** Text of a primitive string that is not longer than this; undefined for everything else. Runs no code of the guest. */
function textOf(context: QuickJSContext, handle: QuickJSHandle, maxLength: number): string | undefined {
  if (context.typeof(handle) !== "string") return undefined;
  // A string's length is its own and cannot be overridden. What is longer is never copied.
  const length = context.getNumber(context.getProp(handle, "length"));
  return length <= maxLength ? context.getString(handle) : undefined;
}

function failed(context: QuickJSContext, describe: QuickJSHandle, error: QuickJSHandle): GuestAnswer {
  const told = context.callFunction(describe, context.undefined, error);
  const text = told.error ? undefined : textOf(context, told.value, 100_000);
  return text === undefined ? fault("threw", false) : threw(text);
}

function threw(described: string): GuestAnswer {
  const error = readError(described);
  if (error?.name === "InternalError" && error.message === "out of memory") return fault("memory", true);
  if (error?.name === "InternalError" && error.message === "stack overflow") return fault("stack", true);
  return { ok: false, fault: "threw", discard: false, ...(error === undefined ? {} : { error }) };
}

function readError(described: string): GuestError | undefined {
  const parts: unknown = JSON.parse(described);
  if (!Array.isArray(parts)) return undefined;
  const [name, message, stack, long, facts] = parts as readonly unknown[];
  if (typeof name !== "string" || typeof message !== "string" || typeof stack !== "string") return undefined;
  const place = /code\.js:(\d{1,7}):(\d{1,7})/.exec(stack);
  const at = place === null ? {} : { line: Number(place[1]), column: Number(place[2]) };
  return { name, message: long === true ? "(a very long message)" : message, ...at, ...readFacts(facts) };
}

const fault = (kind: GuestFault, discard: boolean): GuestAnswer => ({ ok: false, fault: kind, discard });
