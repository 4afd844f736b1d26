import { type CompiledExpression, type CompiledValue, compileExpression, compileValue } from "@mortise/builders";
import { type Contract, type FollowUp, MortiseError, type Operation, parseDuration } from "@mortise/contract";
import { sound } from "../operation/sound.ts";

const MAX_WAIT_MS = 60_000;

/** A job of the vendor, made ready once. Times are ms. */
export interface CompiledWait {
  readonly poll: CompiledFollowUp;
  readonly done: CompiledExpression;
  readonly failed: CompiledExpression | undefined;
  readonly messageFrom: string | undefined;
  readonly everyMs: number;
  readonly factor: number;
  readonly maxMs: number;
  readonly timeoutMs: number;
  readonly fetch: CompiledFollowUp | undefined;
  readonly cancel: CompiledFollowUp | undefined;
}

/** A call of another operation, its input made ready. */
export interface CompiledFollowUp {
  readonly operation: string;
  readonly input: CompiledValue;
}

/** Compiles `wait`. Throws `MISCONFIGURED` for a time that is none, or an operation that is not there or does something else. */
export function compileWait(contract: Contract, name: string, { wait }: Operation): CompiledWait | undefined {
  if (wait === undefined) return undefined;
  const ms = (text: string, key: string): number => {
    const found = parseDuration(text);
    if (found !== undefined && found > 0) return found;
    throw new MortiseError("MISCONFIGURED", `${name}: "${text}" is no length of time.`, { path: `/wait/${key}` });
  };
  const optional = (spec: FollowUp | undefined, key: string, reads: boolean): CompiledFollowUp | undefined =>
    spec === undefined ? undefined : compileFollowUp(contract, spec, { name, path: `/wait/${key}`, reads });
  return Object.freeze({
    poll: compileFollowUp(contract, wait.poll, { name, path: "/wait/poll", reads: true }),
    done: sound(compileExpression(wait.done, { path: "/wait/done" }), name),
    failed: wait.failed === undefined ? undefined : sound(compileExpression(wait.failed, { path: "/wait/failed" }), name),
    messageFrom: wait.messageFrom,
    everyMs: ms(wait.every, "every"),
    factor: Math.max(1, wait.factor ?? 1),
    maxMs: wait.max === undefined ? Math.max(MAX_WAIT_MS, ms(wait.every, "every")) : ms(wait.max, "max"),
    timeoutMs: ms(wait.timeout, "timeout"),
    fetch: optional(wait.fetch, "fetch", true),
    cancel: optional(wait.cancel, "cancel", false),
  });
}

/** Compiles a call of another operation. Throws `MISCONFIGURED` where there is none, `UNSAFE_CONTRACT` where it should read and writes. */
export function compileFollowUp(
  contract: Contract,
  { operation, with: input }: FollowUp,
  { name, path, reads }: { readonly name: string; readonly path: string; readonly reads: boolean },
): CompiledFollowUp {
  const found = Object.hasOwn(contract.operations, operation) ? contract.operations[operation] : undefined;
  if (found === undefined) throw new MortiseError("MISCONFIGURED", `${name}: there is no operation ${operation}.`, { path });
  if (reads && found.effect !== "read") {
    throw new MortiseError("UNSAFE_CONTRACT", `${name}: ${operation} has the effect ${found.effect}; it must only read.`, {
      path,
    });
  }
  return { operation, input: sound(compileValue(input, { path: `${path}/with` }), name) };
}
