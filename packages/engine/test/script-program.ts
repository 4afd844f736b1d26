import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { DurableContext, Program, StepAttempt } from "@mortise/workflow";

/** One operation of a script; scripts are data, so that the same program can be run in any process and replayed after a crash. */
export type Op =
  | { readonly op: "step"; readonly key: string; readonly ms?: number; readonly fail?: string; readonly bytes?: number }
  | {
      readonly op: "fork";
      readonly key: string;
      readonly max?: number;
      readonly strands: { readonly [key: string]: readonly Op[] };
    }
  | { readonly op: "sleep"; readonly key: string; readonly ms: number }
  | { readonly op: "clock"; readonly key: string }
  | { readonly op: "try"; readonly ops: readonly Op[] }
  | { readonly op: "fail"; readonly code: string }
  | { readonly op: "race"; readonly keys: readonly string[] }
  | { readonly op: "park"; readonly at?: number; readonly signal?: string; readonly next: readonly Op[] };

/** What a step does in the test: it is told its place and may wait. */
export type Effect = (step: {
  readonly path: string;
  readonly runId: string;
  readonly op: Op;
  readonly attempt: StepAttempt;
}) => Promise<Json>;

/** The program of the contract suite: `{ ops, done? }` in, what the operations came to out. */
export function scriptProgram(effect: Effect): Program {
  return async (context, input) => {
    const { ops, done, $signal, scheduledAt } = input as {
      ops: readonly Op[];
      done?: Json[];
      $signal?: JsonObject;
      scheduledAt?: string;
    };
    const results: Json[] = [...(done ?? [])];
    if ($signal !== undefined) results.push($signal);
    if (scheduledAt !== undefined) results.push(scheduledAt);
    for (const op of ops) results.push(await run(context, op, results, effect));
    return results;
  };
}

async function run(context: DurableContext, op: Op, results: readonly Json[], effect: Effect): Promise<Json> {
  switch (op.op) {
    case "step":
      return await step(context, op.key, op, effect);
    case "fork": {
      const strands = Object.entries(op.strands).map(([key, ops]) => ({ key, input: { ops } as unknown as Json }));
      return (await context.fork(op.key, strands, { max: op.max })) as unknown as Json;
    }
    case "sleep":
      await context.sleepUntil(op.key, (await context.now(`${op.key}-now`)) + op.ms);
      return "slept";
    case "clock":
      return [await context.now(`${op.key}-now`), await context.uuid(`${op.key}-uuid`)];
    case "try":
      try {
        for (const inner of op.ops) await run(context, inner, results, effect);
        return "no error";
      } catch (error) {
        return { code: (error as MortiseError).code, message: (error as Error).message };
      }
    case "fail":
      throw new MortiseError(op.code as "CONFLICT", `failed with ${op.code}`, { status: 409, remedy: "do not" });
    case "race":
      return await Promise.all(op.keys.map((key) => step(context, key, { op: "step", key }, effect)));
    case "park": {
      const next = { ops: op.next, done: results } as unknown as Json;
      return context.park(next, {
        ...(op.at === undefined ? {} : { at: op.at }),
        ...(op.signal === undefined ? {} : { signal: op.signal }),
      });
    }
  }
}

function step(context: DurableContext, key: string, op: Extract<Op, { op: "step" }>, effect: Effect): Promise<Json> {
  const path = context.strand === "" ? key : `${context.strand}/${key}`;
  return context.step(key, async (attempt) => {
    const value = await effect({ path, runId: context.runId, op, attempt });
    if (op.fail !== undefined) throw new MortiseError(op.fail as "CONFLICT", `step failed with ${op.fail}`);
    return op.bytes === undefined ? value : "x".repeat(op.bytes);
  });
}
