import type { Example, Json, JsonObject, JsonSchema } from "@mortise/contract";
import { fitsSchema } from "@mortise/contract/validation";
import type { DocumentSet } from "../document/document-set.ts";
import type { Findings } from "../document/findings.ts";
import { isObject, own } from "../document/loose.ts";
import { child, entries, type Place } from "../document/place.ts";
import type { InputBody } from "../operations/input-body.ts";
import type { InputParameter } from "../operations/input-parameters.ts";
import type { SchemaImporter } from "../schemas/schema-importer.ts";
import type { SourceMedia, SourceResponse } from "../source/source-operation.ts";
import { plainSampleOf } from "./plain-sample-of.ts";

/** What examples are made from, to be tried once every schema is known. */
export interface ExampleSources {
  readonly place: Place;
  readonly parameters: readonly InputParameter[];
  readonly body: InputBody | undefined;
  readonly responses: readonly SourceResponse[];
}

const MAX_EXAMPLES = 2;
/** Longer answers say no more, and make the contract slow to read. */
const MAX_OUTPUT = 3000;
const MAX_INPUT = 8000;

/** Examples of the document that its own schemas accept; what is missing in an input is filled in. Others are dropped with a finding. */
export function examplesOf(
  { place, parameters, body, responses }: ExampleSources,
  schemas: { readonly input: JsonSchema; readonly output: JsonSchema; readonly shared: { readonly [name: string]: JsonSchema } },
  importer: SchemaImporter,
  documents: DocumentSet,
  findings: Findings,
): readonly Example[] {
  const bodies = body === undefined ? [] : mediaExamples(body.media, documents);
  const answers = responses.flatMap(({ media, place: response }) => [
    ...media.flatMap((each) => mediaExamples(each, documents)),
    ...oldExamples(response, documents),
  ]);
  const named = [...new Set([...bodies, ...answers].map(({ key }) => key))];
  const keys = named.length === 0 ? [""] : named.slice(0, MAX_EXAMPLES);
  const made = keys.flatMap((key): readonly Example[] => {
    const stated = bodies.find((each) => each.key === key) ?? bodies[0];
    const input = inputOf(parameters, body, stated?.value, key, documents, importer);
    if (input === undefined) return [];
    if (JSON.stringify(input).length > MAX_INPUT) return [];
    if (fitsSchema(schemas.input, input, schemas.shared) !== true) {
      if (stated !== undefined)
        findings.add("info", "INVALID_EXAMPLE", stated.place, "the example breaks its own schema and was left out");
      return [];
    }
    const answer = answers.find((each) => each.key === key) ?? answers[0];
    const title = stated?.title ?? answer?.title;
    const example = { ...(title === undefined ? {} : { title }), input };
    if (answer === undefined || JSON.stringify(answer.value).length > MAX_OUTPUT) return [example];
    if (fitsSchema(schemas.output, answer.value, schemas.shared) === true) return [{ ...example, output: answer.value }];
    findings.add("info", "INVALID_EXAMPLE", answer.place, "the example of the answer breaks its own schema and was left out");
    return [example];
  });
  if (made.length === 0 && named.length > 0) {
    const input = inputOf(parameters, body, undefined, "", documents, importer);
    if (input !== undefined && fitsSchema(schemas.input, input, schemas.shared) === true) return [{ input }];
  }
  if (made.length === 0 && named.length > 0) findings.add("info", "INVALID_EXAMPLE", place, "no example of the operation holds");
  return [...new Map(made.map((example) => [JSON.stringify(example), example])).values()];
}

interface Stated {
  readonly key: string;
  readonly title: string | undefined;
  readonly value: Json;
  readonly place: Place;
}

/** `example`, `examples` and the schema's own example of a media type or a parameter. */
function mediaExamples({ place, schema }: Pick<SourceMedia, "place" | "schema">, documents: DocumentSet): readonly Stated[] {
  const single = child(place, "example");
  const many = entries(child(place, "examples")).flatMap(([key, given]): readonly Stated[] => {
    const example = documents.resolve(given);
    const value = example && child(example, "value");
    const summary = own(example?.value, "summary");
    const title = typeof summary === "string" && summary.trim() !== "" ? summary.trim().slice(0, 120) : undefined;
    return value === undefined ? [] : [{ key, title, value: value.value as Json, place: value }];
  });
  if (many.length > 0) return many;
  const ofSchema = schema && documents.resolve(schema);
  const found = parsed(single, ofSchema) ?? (ofSchema && child(ofSchema, "example"));
  return found === undefined || found.value === undefined
    ? []
    : [{ key: "", title: undefined, value: found.value as Json, place: found }];
}

/** An example of something else than text that is written as text of JSON. */
function parsed(example: Place | undefined, schema: Place | undefined): Place | undefined {
  if (typeof example?.value !== "string" || own(schema?.value, "type") === "string" || !/^\s*[[{]/.test(example.value))
    return example;
  try {
    return { ...example, value: JSON.parse(example.value) as unknown };
  } catch {
    return example;
  }
}

/** OpenAPI 2.0 `examples` of a response, by media type. */
function oldExamples(given: Place, documents: DocumentSet): readonly Stated[] {
  const response = documents.resolve(given);
  return entries(response && child(response, "examples"))
    .filter(([type]) => /json/i.test(type))
    .map(([, place]) => ({ key: "", title: undefined, value: place.value as Json, place }));
}

function inputOf(
  parameters: readonly InputParameter[],
  body: InputBody | undefined,
  bodyExample: Json | undefined,
  key: string,
  documents: DocumentSet,
  importer: SchemaImporter,
): JsonObject | undefined {
  const parts: [string, Json][] = [];
  for (const { key: name, source, schema } of parameters) {
    const stated = mediaExamples({ place: source.place, schema: undefined }, documents);
    const old = own(source.place.value, "x-example");
    const given =
      stated.find((each) => each.key === key)?.value ??
      (source.required ? (stated[0]?.value ?? (old as Json | undefined)) : undefined);
    const value = given ?? (source.required ? plainSampleOf(schema, source.name, importer) : undefined);
    if (value !== undefined && (value !== null || source.required)) parts.push([name, value]);
    else if (source.required) return undefined;
  }
  if (body === undefined) return Object.fromEntries(parts);
  const value = bodyExample ?? (body.required ? plainSampleOf(body.schema, "body", importer) : undefined);
  if (value === undefined && body.required) return undefined;
  const isUsable = value !== undefined && !(isObject(value) && own(value, "$ref") !== undefined);
  return Object.fromEntries(isUsable ? [...parts, ["body", value]] : parts);
}
