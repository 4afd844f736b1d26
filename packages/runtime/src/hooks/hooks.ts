/**
 * Runs what a deployment does at points of every call, in its order and within its time.
 *
 * Owns: the hooks by point.
 * Does not own: the checks of what they give back (validate-input, the operation's output schema).
 * Invariants:
 *   K1. A runtime without hooks asks one field a call.
 *   K2. A hook that fails is passed over or ends the call, as it says itself; the error names it.
 *   K3. A write that is done stays a success: where its output is withheld it is null.
 *   K4. Parts of a call pass ingestion alone: whoever made the call has seen to the rest.
 */
import type { Json } from "@mortise/contract";
import type { Validator } from "@mortise/contract/validation";
import type { AdmittedCall, Answer, ReadyCall } from "../call.ts";
import type { HookSleep } from "./decide.ts";
import { type CallHook, HOOK_POINTS, type Hook, type HookPoint } from "./hook.ts";
import { orderedHooks } from "./ordered-hooks.ts";
import { runHook } from "./run-hook.ts";

export class Hooks {
  readonly #byPoint: ReadonlyMap<HookPoint, readonly CallHook[]>;
  readonly #sleep: HookSleep;
  readonly isEmpty: boolean;

  /** Throws `DUPLICATE_NAME`, `INVALID_VALUE`. */
  constructor(hooks: readonly Hook[], sleep: HookSleep) {
    const sorted = orderedHooks(hooks);
    const calls = sorted.filter((hook) => isCallHook(hook));
    this.#byPoint = new Map(HOOK_POINTS.map((point) => [point, calls.filter((hook) => hook.point === point)]));
    this.#sleep = sleep;
    this.isEmpty = calls.length === 0;
  }

  /** What comes before the check of a call's input; gives the call with the input that it goes on with. Throws `HOOK_REFUSED`, `HOOK_FAILED`. */
  async before(call: AdmittedCall): Promise<AdmittedCall> {
    const { isPart, runId, input } = call.request;
    if (isPart === true) {
      await this.#pass("ingestion", call, input);
      return call;
    }
    if (runId !== undefined) await this.#pass("orchestration", call, null);
    await this.#pass("ingestion", call, input);
    const shaped = await this.#pass("transformation", call, input);
    return shaped === input ? call : { ...call, request: { ...call.request, input: shaped } };
  }

  /** What comes before an answer is shown. Throws `HOOK_REFUSED`, `HOOK_FAILED` where nothing was changed at the other system. */
  async present(call: ReadyCall, answer: Answer): Promise<Answer> {
    const output = await this.#shown(call, answer.output, call.target.validateOutput);
    return output === answer.output ? answer : { ...answer, output };
  }

  /** The same for the items of a page. */
  async presentItems(call: ReadyCall, items: readonly Json[], validate: Validator | undefined): Promise<readonly Json[]> {
    const list: Json = [...items];
    const shown = await this.#shown(call, list, (value) => {
      if (!Array.isArray(value)) return { ok: false };
      return validate === undefined ? { ok: true } : validate(value);
    });
    return shown === list ? items : Array.isArray(shown) ? (shown as readonly Json[]) : [];
  }

  async #shown(call: ReadyCall, value: Json, fits: (value: Json) => { readonly ok: boolean }): Promise<Json> {
    if (call.request.isPart === true) return value;
    try {
      return await this.#pass("presentation", call, value, fits);
    } catch (error) {
      if (call.target.operation.effect === "read") throw error;
      call.trace.note("warn", call.connection.redactor.text(error instanceof Error ? error.message : "The output is withheld."));
      return null;
    }
  }

  async #pass(
    point: HookPoint,
    call: AdmittedCall,
    given: Json,
    fits?: (value: Json) => { readonly ok: boolean },
  ): Promise<Json> {
    let value = given;
    for (const hook of this.#byPoint.get(point) ?? []) {
      if (isFor(hook, call)) value = await runHook(hook, { call, value, sleep: this.#sleep, fits });
    }
    return value;
  }
}

const isCallHook = (hook: Hook): hook is CallHook => (HOOK_POINTS as readonly string[]).includes(hook.point);

function isFor({ uses }: CallHook, { target }: AdmittedCall): boolean {
  if (uses === undefined) return true;
  const { name } = target.connector.contract;
  return uses.includes(name) || uses.includes(`${name}/${target.name}`);
}
