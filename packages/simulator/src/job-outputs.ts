import { compileExpression } from "@mortise/builders";
import type { Contract, FollowUp, Json, Operation } from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { assign } from "./assign.ts";
import { type Assignment, invertValue } from "./invert-value.ts";
import { holds, tryValue } from "./success-of.ts";

/** Where a job stands. */
export type JobState = "running" | "done" | "failed";

/** Whether an output of an operation says that a job stands so. Undefined: no job asks the operation. */
export function compileJobTests(
  { operations, schemas }: Contract,
  polled: string,
): { readonly [state in JobState]: (output: Json) => boolean } | undefined {
  const waits = Object.values(operations).flatMap(({ wait }) => (wait?.poll.operation === polled ? [wait] : []));
  if (waits.length === 0) return undefined;
  const done = waits.map(({ done, fetch }) => {
    const expression = compileExpression(done);
    const target = fetch === undefined ? undefined : operations[fetch.operation];
    const validate = target === undefined ? undefined : compileSchema(target.input, schemas === undefined ? {} : { schemas });
    const inputOf = fetch === undefined ? undefined : tryValue(fetch.with);
    return (output: Json): boolean => {
      const scope = scopeOf(output);
      const input = inputOf?.(scope);
      return holds(() => expression.evaluate(scope) === true) && (input === undefined || validate?.(input).ok !== false);
    };
  });
  const failed = waits.flatMap(({ failed }) => {
    const expression = failed === undefined ? undefined : compileExpression(failed);
    return expression === undefined
      ? []
      : [(output: Json): boolean => holds(() => expression.evaluate(scopeOf(output)) === true)];
  });
  const isDone = (output: Json): boolean => done.some((test) => test(output));
  const isFailed = (output: Json): boolean => failed.some((test) => test(output));
  return { done: isDone, failed: isFailed, running: (output) => !isDone(output) && !isFailed(output) };
}

const scopeOf = (polled: Json) => ({ polled, output: {}, input: {}, settings: {} });

/**
 * The answer to the request that starts a job: what the calls which follow it read of it. Its operation's output is that of the job, so no
 * schema tells.
 */
export function startedOutput({ operations, schemas }: Contract, { wait }: Operation, seed: string): Json {
  const follow = (next: FollowUp | undefined): readonly Assignment[] => {
    const operation = next === undefined ? undefined : operations[next.operation];
    if (next === undefined || operation === undefined) return [];
    const input = sampleOf(operation.input, { seed, ...(schemas === undefined ? {} : { definitions: schemas }) });
    return invertValue(next.with).solve(input ?? {});
  };
  return assign([...follow(wait?.cancel), ...follow(wait?.fetch), ...follow(wait?.poll)], "output") ?? {};
}
