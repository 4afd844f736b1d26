import { isObject, ownText } from "../document/loose.ts";
import { child, entries, type Place } from "../document/place.ts";
import { mediaTypes, readMedia } from "./read-body.ts";
import type { Reading } from "./read-operations.ts";
import type { SourceMedia, SourceResponse } from "./source-operation.ts";

/** The responses of an operation, in the order of the document. */
export function readResponses(place: Place, reading: Reading): readonly SourceResponse[] {
  const { documents, findings } = reading;
  const responses = child(place, "responses");
  if (responses === undefined || !isObject(responses.value)) {
    findings.add("warning", "MISSING_KEY", responses ?? place, "the operation has no responses; any output is accepted");
    return [];
  }
  return entries(responses).flatMap(([key, given]) => {
    if (key.startsWith("x-")) return [];
    const status = key.trim().toUpperCase();
    if (!/^([1-5]\d\d|[1-5]XX|DEFAULT)$/.test(status)) {
      findings.add("warning", "INVALID_VALUE", given, `${JSON.stringify(key)} is no status; the response was left out`);
      return [];
    }
    const response = documents.resolve(given) ?? { ...given, value: {} };
    const headers = entries(child(response, "headers")).flatMap(([name, header]) => {
      const resolved = documents.resolve(header);
      return resolved === undefined ? [] : [[name, resolved] as const];
    });
    return [
      {
        status,
        place: given,
        description: ownText(response.value, "description"),
        headers,
        media: mediaOf(response, place, reading),
      },
    ];
  });
}

function mediaOf(response: Place, operation: Place, reading: Reading): readonly SourceMedia[] {
  if (reading.dialect !== "2.0") return readMedia(child(response, "content"));
  const schema = child(response, "schema");
  if (schema === undefined) return [];
  const types = mediaTypes(operation, "produces", reading);
  return (types.length > 0 ? types : ["application/json"]).map((type) => ({
    type,
    place: response,
    schema,
    encoding: undefined,
  }));
}
