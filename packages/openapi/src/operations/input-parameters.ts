import type { JsonSchema, ParameterStyle, Value } from "@mortise/contract";
import { own, ownText } from "../document/loose.ts";
import type { Draft } from "../schemas/convert-schema.ts";
import { SENT } from "../schemas/flavour.ts";
import { secretByName } from "../schemas/secret-name.ts";
import { createUniqueNames } from "../schemas/unique-names.ts";
import type { SourceParameter } from "../source/source-operation.ts";
import type { ImportContext } from "./import-context.ts";
import { keyOf } from "./key-of.ts";

/** A parameter as a key of the input, and how it goes into the request. */
export interface InputParameter {
  readonly key: string;
  readonly source: SourceParameter;
  readonly schema: Draft;
  readonly value: Value;
  /** Absent where it is written in its place's default way. */
  readonly style: ParameterStyle | undefined;
}

const PLACE_NAMES = Object.freeze({ path: "InPath", query: "InQuery", header: "Header", cookie: "Cookie" });

/** Gives every parameter a key of the input; `body` is kept free where the operation has one. */
export function inputParameters(
  parameters: readonly SourceParameter[],
  hasBody: boolean,
  context: ImportContext,
): readonly InputParameter[] {
  const names = createUniqueNames(hasBody ? ["body"] : []);
  return parameters.map((source) => {
    const plain = keyOf(source.name) ?? source.in;
    const key = names.take(names.has(plain) ? plain + PLACE_NAMES[source.in] : plain);
    const value = { $cel: source.required ? `input.${key}` : `input.?${key}.orValue(null)` };
    return { key, source, schema: parameterSchema(source, context), value, style: styleOf(source) };
  });
}

function parameterSchema(source: SourceParameter, { schemas }: ImportContext): Draft {
  const converted: JsonSchema = source.schema === undefined ? {} : schemas.convert(source.schema, SENT);
  const schema: Draft = typeof converted === "object" ? (converted as Draft) : {};
  if (source.schema === undefined) schema.type = ["string", "number", "boolean"];
  if (source.description !== undefined) schema.description = source.description;
  if (source.deprecated) schema.deprecated = true;
  const title = ownText(source.place.value, "x-ms-summary");
  if (title !== undefined) schema.title = title;
  if (own(source.place.value, "x-ms-visibility") === "advanced") schema["x-advanced"] = true;
  const secret = secretByName(source.name);
  if (secret !== undefined && schema["x-secret"] === undefined) schema["x-secret"] = secret && source.in !== "path";
  return schema;
}

/** The style where it is not the place's default (OpenAPI 3.1 §4.8.12.2). */
function styleOf({ in: where, style, explode, allowReserved, contentType }: SourceParameter): ParameterStyle | undefined {
  if (contentType !== undefined) return { contentType };
  const usual = where === "query" || where === "cookie" ? "form" : "simple";
  const known = STYLES.find((name) => name === style) ?? usual;
  const usualExplode = known === "form" || known === "deepObject";
  const made: ParameterStyle = {
    ...(known === usual ? {} : { style: known }),
    ...(explode === undefined || explode === usualExplode ? {} : { explode }),
    ...(allowReserved ? { allowReserved } : {}),
  };
  return Object.keys(made).length === 0 ? undefined : made;
}

/** Ways of writing that a contract knows. */
export const STYLES = [
  "simple",
  "label",
  "matrix",
  "form",
  "spaceDelimited",
  "pipeDelimited",
  "tabDelimited",
  "deepObject",
] as const;
