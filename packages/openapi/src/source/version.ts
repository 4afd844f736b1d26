import type { Findings } from "../document/findings.ts";
import { isObject, own } from "../document/loose.ts";
import type { Place } from "../document/place.ts";
import type { Dialect } from "../schemas/schema-importer.ts";

/** Which OpenAPI a document is written in; guessed, with a finding, where it does not say. Undefined for no OpenAPI at all. */
export function versionOf(root: Place, findings: Findings): Dialect | undefined {
  if (!isObject(root.value)) {
    findings.add("error", "INVALID_DOCUMENT", root, "This is no OpenAPI document: it holds no object.");
    return undefined;
  }
  const said = String(own(root.value, "openapi") ?? own(root.value, "swagger") ?? "");
  if (/^2(\.|$)/.test(said)) return "2.0";
  if (/^3\.0/.test(said) || said === "3") return "3.0";
  if (/^3\./.test(said)) return "3.1";
  if (!isObject(own(root.value, "paths")) && !isObject(own(root.value, "webhooks"))) {
    findings.add(
      "error",
      "INVALID_DOCUMENT",
      root,
      'This is no OpenAPI document: neither "openapi" nor "swagger" nor "paths" is there.',
    );
    return undefined;
  }
  const guess = own(root.value, "definitions") !== undefined || own(root.value, "host") !== undefined ? "2.0" : "3.0";
  findings.add("warning", "MISSING_KEY", root, `The document does not say its OpenAPI version; it was read as ${guess}.`);
  return guess;
}
