import { describeValue } from "../../describe-value.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { nearest } from "../../nearest.ts";
import { asList, asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem } from "../problem.ts";

const FORMS = ["$cel", "$text", "$map"];

/** Where an operation may compute values. */
const PLACES: readonly (readonly string[])[] = Object.freeze([
  ...["url", "path", "query", "headers", "cookies", "body", "contentType", "output"].map((part) => ["request", part]),
  ["request", "decode", "file", "path"],
  ["idempotency", "name"],
  ["compensate", "with"],
  ["probe", "with"],
  ["probe", "item"],
  ["incremental", "start"],
  ["partition", "over"],
  ["partition", "parent", "with"],
  ["wait", "poll", "with"],
  ["wait", "fetch", "with"],
  ["wait", "cancel", "with"],
  ["searchOrCreate", "search", "with"],
  ["searchOrCreate", "search", "item"],
  ["searchOrCreate", "create", "with"],
]);

const TRIGGER_PLACES: readonly (readonly string[])[] = Object.freeze([
  ["source", "with"],
  ["subscribe", "with"],
  ["unsubscribe", "with"],
  ["renew", "with"],
  ["event"],
  ["challenge", "body"],
]);

/** Computed values are written in one of the three forms; an object whose one key starts with `$` is nothing else. */
export function checkValues(contract: Loose): readonly Diagnostic[] {
  return [
    ...entriesOf(contract.operations).flatMap(([name, operation]) => {
      const at = joinPointer("operations", name);
      const request = asObject(operation.request);
      return [
        ...PLACES.flatMap((place) => valueFaults(valueAt(operation, place), at + joinPointer(...place))),
        ...asList(operation.outcomes).flatMap((rule, index) =>
          valueFaults(own(rule, "output"), `${at}/outcomes/${index}/output`),
        ),
        ...urlFaults(request.url, `${at}/request/url`),
        ...["query", "headers", "cookies"].flatMap((part) => mapFaults(request[part], `${at}/request/${part}`)),
      ];
    }),
    ...entriesOf(contract.auth).flatMap(([id, { fields: _, scopes: __, ...scheme }]) =>
      valueFaults(scheme, joinPointer("auth", id)),
    ),
    ...entriesOf(contract.triggers).flatMap(([name, trigger]) =>
      TRIGGER_PLACES.flatMap((place) => valueFaults(valueAt(trigger, place), joinPointer("triggers", name, ...place))),
    ),
  ];
}

const valueAt = (holder: unknown, place: readonly string[]): unknown =>
  place.reduce<unknown>((found, key) => own(found, key), holder);

function valueFaults(value: unknown, at: string): readonly Diagnostic[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => valueFaults(entry, `${at}/${index}`));
  if (typeof value !== "object" || value === null) return [];
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0 || !key.startsWith("$")) {
    return Object.entries(value).flatMap(([name, entry]) => valueFaults(entry, at + joinPointer(name)));
  }
  const path = at + joinPointer(key);
  const content = own(value, key);
  if (!FORMS.includes(key)) {
    const meant = nearest(key, FORMS);
    const fix = meant
      ? {
          fix: { title: `Rename it to "${meant}".`, patch: [{ op: "move" as const, from: path, path: at + joinPointer(meant) }] },
        }
      : {};
    return [
      problem(
        "UNKNOWN_KEY",
        path,
        `is no way to compute a value${meant ? `; did you mean "${meant}"?` : "; there is $cel, $text and $map"}`,
        fix,
      ),
    ];
  }
  const fits = key === "$map" ? Array.isArray(content) && content.length > 0 : typeof content === "string" && content !== "";
  return fits
    ? []
    : [
        problem(
          "WRONG_TYPE",
          path,
          `expected ${key === "$map" ? "a list of transformers" : "text"}, found ${describeValue(content)}`,
        ),
      ];
}

function urlFaults(url: unknown, path: string): readonly Diagnostic[] {
  if (url === undefined) return [];
  const text = typeof url === "string" ? url : own(url, "$text");
  if (typeof text !== "string")
    return own(url, "$cel") === undefined
      ? [problem("WRONG_TYPE", path, `expected text, $text or $cel, found ${describeValue(url)}`)]
      : [];
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "https" && scheme !== "http")
    return [problem("UNSAFE_CONTRACT", path, `only http and https are called, found ${scheme}:`)];
  if (scheme === "http") return [problem("UNSAFE_CONTRACT", path, "plain http can be read on the way; use https")];
  return scheme || text.startsWith("/") || text.startsWith("${")
    ? []
    : [problem("INVALID_VALUE", path, `expected an absolute URL or a path that starts with "/", found ${describeValue(text)}`)];
}

function mapFaults(value: unknown, path: string): readonly Diagnostic[] {
  return value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value))
    ? []
    : [problem("WRONG_TYPE", path, `expected an object, found ${describeValue(value)}`)];
}
