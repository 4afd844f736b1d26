import type { HttpRequest, Json, JsonObject, JsonSchemaObject, ParameterStyle, Value } from "@mortise/contract";
import type { ExportedUrl } from "./export-url.ts";
import type { SchemaHoist } from "./schema-hoist.ts";
import { alwaysThere, schemaOfValue } from "./schema-of-value.ts";

const PLACES = [
  ["query", "query"],
  ["headers", "header"],
  ["cookies", "cookie"],
] as const;

/** Headers that OpenAPI says elsewhere (3.1 §4.8.12.1) and ignores as parameters. */
const ELSEWHERE = new Set(["accept", "content-type", "authorization"]);

/** Parameters of an operation (Parameter Object, 3.1 §4.8.12). */
export function exportParameters(
  request: HttpRequest,
  { holes }: ExportedUrl,
  input: JsonSchemaObject,
  hoist: SchemaHoist,
  operation: string,
): readonly JsonObject[] {
  const schemaFor = (value: Value): Json => hoist.take(schemaOfValue(value, input), operation, input);
  const inPath = holes.map(({ name, schema }) => ({
    name,
    in: "path",
    required: true,
    ...written(hoist.take(schema, operation, input), request.styles?.path?.[name], "simple", "path"),
  }));
  const others = PLACES.flatMap(([key, place]) =>
    Object.entries(recordOf(request[key])).flatMap(([name, value]) =>
      place === "header" && ELSEWHERE.has(name.toLowerCase())
        ? []
        : [
            {
              name,
              in: place,
              ...(alwaysThere(value, input) ? { required: true } : {}),
              ...written(schemaFor(value), request.styles?.[key]?.[name], place === "header" ? "simple" : "form", place),
            },
          ],
    ),
  );
  return [...inPath, ...others];
}

function written(schema: Json, style: ParameterStyle | undefined, usual: string, place: string): JsonObject {
  if (style?.contentType !== undefined) return { content: { [style.contentType]: { schema } } };
  const named = style?.style === "tabDelimited" ? undefined : style?.style;
  return {
    schema,
    ...(named === undefined || named === usual ? {} : { style: named }),
    ...(style?.explode === undefined ? {} : { explode: style.explode }),
    ...(style?.allowReserved === undefined || place !== "query" ? {} : { allowReserved: style.allowReserved }),
  };
}

/** The entries of a value that is an object as it stands; none where it is computed as a whole. */
function recordOf(value: Value | undefined): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0]?.startsWith("$") ? {} : (value as JsonObject);
}
