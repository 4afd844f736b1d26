import { describeValue } from "@mortise/contract";
import type { Findings } from "../document/findings.ts";
import { isObject, type Loose, own } from "../document/loose.ts";
import { child, type Place } from "../document/place.ts";
import type { Dialect } from "../schemas/schema-importer.ts";

const NEWEST = "3.1";
/** What a document that is none should be replaced by. */
const WANTED = "Give an OpenAPI document: 2.0 (Swagger), 3.0 or 3.1, as JSON or YAML.";

/** Which OpenAPI a document is written in; guessed, with a finding, where it does not say. Undefined for no OpenAPI at all. */
export function versionOf(root: Place, findings: Findings): Dialect | undefined {
  if (!isObject(root.value)) {
    const found = root.value === undefined ? "nothing that could be read" : describeValue(root.value);
    findings.add("error", "INVALID_DOCUMENT", root, `This is no OpenAPI document: expected an object, found ${found}.`, WANTED);
    return undefined;
  }
  const said = String(own(root.value, "openapi") ?? own(root.value, "swagger") ?? "");
  if (/^2(\.|$)/.test(said)) return "2.0";
  if (/^3\.0/.test(said) || said === "3") return "3.0";
  if (/^3\.1/.test(said)) return "3.1";
  if (/^[3-9]\d*\./.test(said)) {
    const message = `OpenAPI ${said} is read as ${NEWEST}: what only ${said} has is left out.`;
    findings.add("warning", "INVALID_VALUE", child(root, "openapi") ?? root, message, "Check the operations that were imported.");
    return NEWEST;
  }
  const other = otherFormat(root.value);
  if (other !== undefined || (!isObject(own(root.value, "paths")) && !isObject(own(root.value, "webhooks")))) {
    const message = `This is no OpenAPI document: ${other?.found ?? 'neither "openapi" nor "swagger" nor "paths" is there'}.`;
    findings.add("error", "INVALID_DOCUMENT", root, message, other?.fix ?? WANTED);
    return undefined;
  }
  const guess = own(root.value, "definitions") !== undefined || own(root.value, "host") !== undefined ? "2.0" : "3.0";
  const version =
    said === "" ? "does not say its OpenAPI version" : `says the OpenAPI version ${JSON.stringify(said)}, which there is not`;
  findings.add("warning", "MISSING_KEY", root, `The document ${version}; it was read as ${guess}.`);
  return guess;
}

/** Formats that are taken for OpenAPI, by what their documents begin with. */
function otherFormat(value: Loose): { readonly found: string; readonly fix: string } | undefined {
  const old = own(value, "swaggerVersion") ?? own(value, "swagger");
  if (/^1\./.test(String(old)))
    return {
      found: `it is written in Swagger ${old}`,
      fix: "Convert it to OpenAPI 3 first, or ask its publisher for a later one.",
    };
  if (own(value, "asyncapi") !== undefined) return { found: "it is an AsyncAPI document", fix: WANTED };
  if (own(value, "openapi") === undefined && isObject(own(value, "info")) && Array.isArray(own(value, "item")))
    return { found: "it is a Postman collection", fix: "Export it as OpenAPI, or ask its publisher for that." };
  return undefined;
}
