import { own, ownText } from "../document/loose.ts";
import { child, entries, items, type Place } from "../document/place.ts";
import type { Reading } from "./read-operations.ts";
import type { ReadParameters } from "./read-parameters.ts";
import type { SourceBody, SourceMedia } from "./source-operation.ts";

/** The body of an operation: `requestBody` in 3.x, body and form parameters in 2.0. */
export function readBody(place: Place, parameters: ReadParameters, reading: Reading): SourceBody | undefined {
  return reading.dialect === "2.0" ? fromParameters(place, parameters, reading) : fromRequestBody(place, reading);
}

function fromRequestBody(place: Place, { documents, findings }: Reading): SourceBody | undefined {
  const given = child(place, "requestBody");
  if (given === undefined) return undefined;
  const body = documents.resolve(given);
  const media = readMedia(child(body ?? given, "content"));
  if (media.length === 0) {
    if (body !== undefined) findings.add("warning", "MISSING_KEY", given, "the body has no content; it was left out");
    return undefined;
  }
  const { value } = body ?? given;
  return {
    place: given,
    required: own(value, "required") === true,
    description: ownText(value, "description"),
    media,
    fields: [],
  };
}

function fromParameters(place: Place, { body, fields }: ReadParameters, reading: Reading): SourceBody | undefined {
  const types = mediaTypes(place, "consumes", reading);
  if (body !== undefined) {
    const schema = child(body, "schema");
    const media = (types.length > 0 ? types : ["application/json"]).map(
      (type): SourceMedia => ({ type, place: body, schema, encoding: undefined }),
    );
    return {
      place: body,
      required: own(body.value, "required") === true,
      description: ownText(body.value, "description"),
      media,
      fields: [],
    };
  }
  const [first] = fields;
  if (first === undefined) return undefined;
  const hasFiles = fields.some(({ value }) => own(value, "type") === "file");
  const form = types.find((type) => type === "multipart/form-data" || type === "application/x-www-form-urlencoded");
  const type = hasFiles ? "multipart/form-data" : (form ?? "application/x-www-form-urlencoded");
  const required = fields.some(({ value }) => own(value, "required") === true);
  return {
    place: first,
    required,
    description: undefined,
    media: [{ type, place: first, schema: undefined, encoding: undefined }],
    fields,
  };
}

/** `consumes` or `produces` of an operation, else of the document. */
export function mediaTypes(place: Place, key: "consumes" | "produces", { documents }: Reading): readonly string[] {
  const stated = items(child(place, key));
  const listed = stated.length > 0 ? stated : items(child(documents.root, key));
  return listed.flatMap(({ value }) => (typeof value === "string" ? [mediaType(value)] : []));
}

/** The entries of a Media Type map. */
export function readMedia(content: Place | undefined): readonly SourceMedia[] {
  return entries(content).map(([type, place]) => ({
    type: mediaType(type),
    place,
    schema: child(place, "schema"),
    encoding: child(place, "encoding"),
  }));
}

const mediaType = (text: string): string => (text.split(";")[0] ?? "").trim().toLowerCase();
