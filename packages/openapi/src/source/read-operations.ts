import type { DocumentSet } from "../document/document-set.ts";
import type { Findings } from "../document/findings.ts";
import { isObject, own, ownText } from "../document/loose.ts";
import { child, entries, items, type Place } from "../document/place.ts";
import type { Dialect } from "../schemas/schema-importer.ts";
import { readBody } from "./read-body.ts";
import { readParameters } from "./read-parameters.ts";
import { readResponses } from "./read-responses.ts";
import type { Method, SourceOperation } from "./source-operation.ts";

/** What reading needs to know of the document. */
export interface Reading {
  readonly documents: DocumentSet;
  readonly dialect: Dialect;
  readonly findings: Findings;
}

const METHODS: ReadonlyMap<string, Method> = new Map(
  (["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] as const).map((method) => [
    method.toLowerCase(),
    method,
  ]),
);
const OTHER_KEYS = new Set(["parameters", "servers", "summary", "description", "$ref"]);
/** Where OpenAPI 3.2 has operations of other methods. */
const OTHER_METHODS = new Set(["query", "additionaloperations"]);

/** Where the operations of a document are: path items of `paths`, through references. */
export function* operationPlaces(reading: Reading): Generator<{
  readonly path: string;
  readonly method: Method;
  readonly place: Place;
  readonly item: Place;
}> {
  const { documents, findings } = reading;
  const paths = child(documents.root, "paths");
  if (paths !== undefined && !isObject(paths.value)) findings.add("error", "WRONG_TYPE", paths, "paths: expected an object");
  for (const [path, given] of entries(paths)) {
    if (path.startsWith("x-")) continue;
    const item = documents.resolve(given);
    if (item === undefined || !isObject(item.value)) {
      if (item !== undefined) findings.add("warning", "WRONG_TYPE", given, "expected a path item; it was left out");
      continue;
    }
    for (const [key, place] of entries(item)) {
      const method = METHODS.get(key.toLowerCase());
      if (method === undefined) {
        if (OTHER_METHODS.has(key.toLowerCase()))
          findings.add(
            "warning",
            "NOT_EXPRESSIBLE",
            place,
            `"${key}" holds operations of methods that a contract cannot call; they were left out`,
          );
        else if (!key.startsWith("x-") && !OTHER_KEYS.has(key.toLowerCase()))
          findings.add("info", "UNKNOWN_KEY", place, `"${key}" is no key of a path item and was left out`);
      } else if (isObject(place.value)) yield { path, method, place, item };
      else findings.add("warning", "WRONG_TYPE", place, "expected an operation; it was left out");
    }
  }
}

/** Reads one operation. */
export function readOperation(
  {
    path,
    method,
    place: given,
    item,
  }: { readonly path: string; readonly method: Method; readonly place: Place; readonly item: Place },
  reading: Reading,
): SourceOperation {
  const place = reading.documents.resolve(given) ?? given;
  const parameters = readParameters([...items(child(item, "parameters")), ...items(child(place, "parameters"))], reading);
  return {
    method,
    path,
    place,
    operationId: ownText(place.value, "operationId"),
    summary: ownText(place.value, "summary") ?? ownText(item.value, "summary"),
    description: ownText(place.value, "description") ?? ownText(item.value, "description"),
    deprecated: own(place.value, "deprecated") === true,
    parameters: parameters.plain,
    body: readBody(place, parameters, reading),
    responses: readResponses(place, reading),
    security: child(place, "security"),
    servers: serversOf(place) ?? serversOf(item),
  };
}

function serversOf(place: Place): Place | undefined {
  const servers = child(place, "servers");
  return servers !== undefined && items(servers).length > 0 ? servers : undefined;
}
