import type { Decoder, Json, JsonObject, Operation, OutcomeRule, StatusMatch } from "@mortise/contract";
import type { SchemaHoist } from "./schema-hoist.ts";

const WORDS: { readonly [outcome: string]: string } = Object.freeze({
  success: "Success.",
  invalidInput: "The input was refused.",
  notFound: "There is no such thing.",
  conflict: "It is there already, or has changed.",
  rejected: "The request was refused.",
  throttled: "Too many requests; try later.",
  transient: "The service is ill; try later.",
  credential: "The credential was refused.",
  configuration: "The connection is set up wrongly.",
});

const DECODED: { readonly [decoder: string]: string } = Object.freeze({
  csv: "text/csv",
  xml: "application/xml",
  text: "text/plain",
  binary: "application/octet-stream",
  file: "application/octet-stream",
  jsonl: "application/jsonl",
  sse: "text/event-stream",
  gzip: "application/gzip",
  zip: "application/zip",
});

/** Answers of an operation: what it gives, and what its outcome table tells apart (Responses Object, 3.1 §4.8.16). */
export function exportResponses(operation: Operation, hoist: SchemaHoist, name: string): JsonObject {
  const { output, request, outcomes } = operation;
  const isMapped = request?.output !== undefined;
  const schema: Json = isMapped ? {} : hoist.take(output, `${name}.output`);
  const isNothing = output.type === "null" || request?.decode === "none";
  const success: JsonObject = isNothing
    ? { description: WORDS.success ?? "" }
    : {
        description: WORDS.success ?? "",
        content: { [mediaOf(request?.decode)]: { schema } },
        ...(isMapped ? { "x-mortise-output": hoist.take(output, `${name}.output`) } : {}),
      };
  const named = outcomes.flatMap((rule) => statusesOf(rule).map((status): [string, Json] => [status, failure(rule)]));
  const others = new Map(named.filter(([status]) => !status.startsWith("2")));
  return { "2XX": success, ...Object.fromEntries(others) };
}

function failure({ as, message }: OutcomeRule): JsonObject {
  return { description: message ?? WORDS[as] ?? as, "x-mortise-outcome": as };
}

function statusesOf({ when }: OutcomeRule): readonly string[] {
  const list: readonly StatusMatch[] = when.status === undefined ? [] : ([when.status].flat() as readonly StatusMatch[]);
  return list.map((status) => (typeof status === "number" ? String(status) : status.replace("xx", "XX")));
}

function mediaOf(decode: Decoder | readonly Decoder[] | undefined): string {
  const first = Array.isArray(decode) ? (decode as readonly Decoder[])[0] : (decode as Decoder | undefined);
  const key = typeof first === "object" ? Object.keys(first)[0] : first;
  return DECODED[key ?? ""] ?? "application/json";
}
