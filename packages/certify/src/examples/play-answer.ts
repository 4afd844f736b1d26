import { compileValue } from "@mortise/builders";
import type { Contract, ExampleResponse, Json, JsonObject, OutcomeClass } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { classifyAnswer } from "@mortise/runtime";

/** What a recorded answer comes to. */
export interface PlayedAnswer {
  readonly as: OutcomeClass;
  /** Where it is a success. */
  readonly output?: Json;
  /** Why the output could not be made of the answer. */
  readonly failure?: string;
}

/** Runs a recorded answer of an example through the operation's outcome table and output, as a call does, without sending anything. */
export function playAnswer(
  contract: Contract,
  name: string,
  example: { readonly input: JsonObject; readonly settings?: JsonObject; readonly response?: ExampleResponse },
): PlayedAnswer {
  const operation = Object.hasOwn(contract.operations, name) ? contract.operations[name] : undefined;
  if (operation === undefined || example.response === undefined) return { as: "configuration" };
  const { status, headers = {}, body = null } = example.response;
  const response = { status, headers: lowered(headers), body };
  const { as, output: ruled } = classifyAnswer(operation.outcomes, response);
  if (as !== "success") return { as };
  const own = operation.request?.output;
  const mapping = ruled ?? (own === undefined ? undefined : compileValue(own));
  if (mapping === undefined) return { as, output: body };
  const { schemas } = contract;
  const input = compileSchema(operation.input, { useDefaults: true, ...(schemas === undefined ? {} : { schemas }) })(
    example.input,
  ).value;
  const settings =
    contract.settings === undefined ? {} : compileSchema(contract.settings, { useDefaults: true })(example.settings ?? {}).value;
  try {
    return { as, output: mapping.evaluate({ input, settings, response }) };
  } catch (error) {
    return { as, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Names of headers are told apart in small letters, as the runtime sees them. */
const lowered = (headers: { readonly [name: string]: string }) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
