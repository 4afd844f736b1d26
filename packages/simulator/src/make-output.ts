import type { Scope } from "@mortise/builders";
import {
  type Contract,
  getPointer,
  type Json,
  type JsonObject,
  type JsonSchemaObject,
  type Operation,
  parsePointer,
} from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { assign, setAt } from "./assign.ts";
import { type InvertedValue, invertValue, isList, isObject } from "./invert-value.ts";
import { compileJobTests, type JobState, startedOutput } from "./job-outputs.ts";
import type { SimulatedAnswer } from "./simulated-answer.ts";
import { compileJudge, tryValue } from "./success-of.ts";

/** Makes answers that the runtime reads as a success with an output that fits the operation's schema. */
export interface OutputMaker {
  /** Outputs to choose from, the first one is the seed's own. */
  samples(seed: string): Generator<Json, undefined>;
  /** The answer that the contract's mapping would make an output from. */
  answerOf(output: Json): SimulatedAnswer;
  /** Whether the runtime will read an answer as a success with an output that fits. */
  accepts(answer: SimulatedAnswer, seen: SeenRequest): boolean;
  /** The output that the runtime will read out of an answer; undefined where it is no success. */
  outputOf(answer: SimulatedAnswer, seen: SeenRequest): Json | undefined;
  /** An answer for an input, of a job that stands so (absent: it is done); undefined where none was found. */
  make(seen: SeenRequest, seed: string, state?: JobState): SimulatedAnswer | undefined;
  /** Whether jobs ask the operation how they stand. */
  readonly isPolled: boolean;
}

/** What a mapping may read of the request that is answered. */
export interface SeenRequest {
  readonly input: Json;
  readonly partition: Json;
}

const TRIES = 30;

/** Compiles how answers of an operation are made: its output is sampled, and where the contract maps it, the mapping is read backwards. */
export function compileOutputMaker(
  contract: Contract,
  name: string,
  operation: Operation,
  settings: () => JsonObject,
): OutputMaker {
  const { schemas } = contract;
  const mapping = operation.request?.output;
  const evaluate = mapping === undefined ? undefined : tryValue(mapping);
  const inverted = mapping === undefined ? undefined : invertValue(mapping);
  const validate = compileSchema(operation.output, schemas === undefined ? {} : { schemas });
  const judge = compileJudge(operation);
  const { stream } = operation;
  const place = stream === undefined ? undefined : parsePointer(stream.items);
  const jobs = compileJobTests(contract, name);

  const read = (answer: SimulatedAnswer, { input, partition }: SeenRequest): Json | undefined => {
    const { status, headers, body = null } = answer;
    const { isSuccess, output } = judge(answer);
    if (!isSuccess) return undefined;
    const scope: Scope = { input, partition, settings: settings(), response: { status, headers, body } };
    if (output !== undefined) return tryValue(output)(scope);
    return evaluate === undefined ? body : evaluate(scope);
  };
  const answerOf = (output: Json): SimulatedAnswer =>
    inverted === undefined ? plainAnswer(output, operation.output) : mappedAnswer(inverted, output);
  const accepts = (answer: SimulatedAnswer, seen: SeenRequest): boolean => {
    const output = read(answer, seen);
    return output !== undefined && (operation.wait !== undefined || validate(output).ok);
  };
  function* samples(seed: string): Generator<Json, undefined> {
    if (operation.wait !== undefined) {
      yield startedOutput(contract, operation, seed);
      return undefined;
    }
    let lost = 0;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const output = sampleOf(operation.output, {
        seed: attempt === 0 ? seed : `${seed} ${attempt}`,
        ...(schemas === undefined ? {} : { definitions: schemas }),
      });
      if (output === undefined && ++lost > 3) return undefined;
      if (output === undefined) continue;
      yield place === undefined || isList(getPointer(output, stream?.items ?? "")) ? output : setAt(output, place, []);
    }
    return undefined;
  }
  return {
    samples,
    answerOf,
    accepts,
    outputOf: read,
    isPolled: jobs !== undefined,
    make: (seen, seed, state = "done") => {
      let other: SimulatedAnswer | undefined;
      for (const output of samples(seed)) {
        const answer = answerOf(output);
        if (!accepts(answer, seen)) continue;
        if (jobs === undefined || jobs[state](output)) return answer;
        other ??= answer;
      }
      return other;
    },
  };
}

function plainAnswer(output: Json, schema: JsonSchemaObject): SimulatedAnswer {
  return output === null && schema.type === "null" ? { status: 204, headers: {} } : { status: 200, headers: {}, body: output };
}

/** What the mapping does not read stays empty. */
function mappedAnswer(inverted: InvertedValue, output: Json): SimulatedAnswer {
  const response = assign(inverted.solve(output), "response");
  const { status, headers, body } = isObject(response) ? response : {};
  const texts = isObject(headers)
    ? Object.entries(headers).map(([name, value]) => [name.toLowerCase(), textOf(value)] as const)
    : [];
  const isStatus = typeof status === "number" && Number.isInteger(status) && status >= 200 && status < 300;
  return { status: isStatus ? status : 200, headers: Object.fromEntries(texts), body: body ?? {} };
}

const textOf = (value: Json): string =>
  (typeof value === "string" ? value : JSON.stringify(value)).replaceAll(/[^\x20-\x7e]/g, "");
