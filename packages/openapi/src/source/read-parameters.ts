import { isObject, own, ownBoolean, ownText } from "../document/loose.ts";
import { child, entries, type Place } from "../document/place.ts";
import type { Reading } from "./read-operations.ts";
import type { SourceParameter } from "./source-operation.ts";

/** The parameters of an operation: those of the request line and headers, and what OpenAPI 2.0 says of the body. */
export interface ReadParameters {
  readonly plain: readonly SourceParameter[];
  readonly body: Place | undefined;
  readonly fields: readonly Place[];
}

/** Header parameters that OpenAPI tells to ignore (3.1 §4.8.12.1), those that belong to the connection (RFC 9110 §7), and those of a signature of AWS. */
const IGNORED_HEADERS = new Set([
  "accept",
  "content-type",
  "authorization",
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "keep-alive",
  "expect",
  "x-amz-algorithm",
  "x-amz-content-sha256",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
]);

/** Reads parameters; a later one of the same name and place takes the place of an earlier one. */
export function readParameters(places: readonly Place[], reading: Reading): ReadParameters {
  const { documents, findings } = reading;
  const plain = new Map<string, SourceParameter>();
  const fields = new Map<string, Place>();
  let body: Place | undefined;
  for (const given of places) {
    const place = documents.resolve(given);
    if (place === undefined) continue;
    const name = own(place.value, "name");
    const where = own(place.value, "in");
    if (where === "body") body = place;
    else if (typeof name !== "string" || name === "" || typeof where !== "string")
      findings.add("warning", "MISSING_KEY", given, 'a parameter needs "name" and "in"; it was left out');
    else if (where === "formData") fields.set(name, place);
    else if (!isPlace(where))
      findings.add("warning", "INVALID_VALUE", given, `a parameter cannot be in ${JSON.stringify(where)}; it was left out`);
    else if (where === "header" && IGNORED_HEADERS.has(name.toLowerCase()))
      findings.add("info", "INVALID_VALUE", given, `the header ${name} is not for an operation to set; it was left out`);
    else if (where === "header" && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
      findings.add(
        "warning",
        "INVALID_VALUE",
        given,
        `${JSON.stringify(name)} is no name of a header (RFC 9110 §5.1); it was left out`,
      );
    else plain.set(`${where} ${where === "header" ? name.toLowerCase() : name}`, readParameter(place, name, where, reading));
  }
  return { plain: [...plain.values()], body, fields: [...fields.values()] };
}

function isPlace(where: string): where is SourceParameter["in"] {
  return where === "path" || where === "query" || where === "header" || where === "cookie";
}

function readParameter(place: Place, name: string, where: SourceParameter["in"], reading: Reading): SourceParameter {
  const { value } = place;
  const [content] = entries(child(place, "content"));
  const wantsContent = content !== undefined && own(value, "schema") === undefined;
  const schema = reading.dialect === "2.0" ? place : wantsContent ? child(content[1], "schema") : child(place, "schema");
  const written =
    reading.dialect === "2.0"
      ? collectionStyle(value, where)
      : { style: ownText(value, "style"), explode: ownBoolean(value, "explode") };
  if (where === "path" && own(value, "required") !== true)
    reading.findings.add("info", "MISSING_KEY", place, `the path parameter ${name} must be required; it was read so`);
  return {
    name,
    in: where,
    required: where === "path" || own(value, "required") === true,
    description: ownText(value, "description"),
    deprecated: own(value, "deprecated") === true,
    place,
    schema: schema !== undefined && isObject(schema.value) ? schema : undefined,
    contentType: wantsContent ? content[0] : undefined,
    style: written.style,
    explode: written.explode,
    allowReserved: own(value, "allowReserved") === true || own(value, "x-multi-segment") === true,
  };
}

/** OpenAPI 2.0 `collectionFormat` in the words of 3.x. */
export function collectionStyle(
  value: unknown,
  where: string,
): { readonly style: string | undefined; readonly explode: boolean | undefined } {
  if (own(value, "type") !== "array") return { style: undefined, explode: undefined };
  const inQuery = where === "query" || where === "formData";
  switch (own(value, "collectionFormat") ?? "csv") {
    case "multi":
      return { style: undefined, explode: undefined };
    case "ssv":
      return { style: "spaceDelimited", explode: false };
    case "tsv":
      return { style: "tabDelimited", explode: false };
    case "pipes":
      return { style: "pipeDelimited", explode: false };
    default:
      return inQuery ? { style: "form", explode: false } : { style: undefined, explode: undefined };
  }
}
