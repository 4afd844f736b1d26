import type { JsonObject, OptionSource, Value } from "@mortise/contract";
import { escapeSegment } from "@mortise/contract";
import type { Findings } from "../document/findings.ts";
import { isObject, own, ownText } from "../document/loose.ts";
import { entries, type Place } from "../document/place.ts";
import { keyOf } from "../operations/key-of.ts";
import type { DynamicSource } from "../schemas/schema-importer.ts";

/** An operation that choices may be read from. */
export interface ChoiceOperation {
  readonly name: string;
  readonly effect: string;
  /** Keys of its input, by the names of its parameters. */
  readonly keys: ReadonlyMap<string, string>;
}

/** A list that an operation must be known to hold. */
export interface NeededList {
  readonly operation: string;
  readonly pointer: string;
}

/**
 * `x-ms-dynamic-values` and `x-ms-dynamic-list` become `x-options`, `x-ms-dynamic-schema` and `x-ms-dynamic-properties` become
 * `x-fields`. Returns the lists that the operations they name must declare.
 */
export function fillDynamicSources(
  sources: readonly DynamicSource[],
  operations: ReadonlyMap<string, ChoiceOperation>,
  findings: Findings,
): readonly NeededList[] {
  return sources.flatMap(({ draft, place }) => {
    const values = own(place.value, "x-ms-dynamic-list") ?? own(place.value, "x-ms-dynamic-values");
    const shape = own(place.value, "x-ms-dynamic-properties") ?? own(place.value, "x-ms-dynamic-schema");
    const given = values ?? shape;
    const id = ownText(given, "operationId");
    const operation = id === undefined ? undefined : operations.get(id);
    if (operation === undefined || operation.effect !== "read") {
      findings.add(
        "warning",
        "UNKNOWN_REFERENCE",
        place,
        `choices come from ${id === undefined ? "no operation" : `"${id}", which is no read operation that was imported`}; they were left out`,
      );
      return [];
    }
    const inputs = inputsOf(given, operation, place);
    const call = { operation: operation.name, ...(Object.keys(inputs).length > 0 ? { with: inputs } : {}) };
    if (values === undefined) {
      draft["x-fields"] = {
        ...call,
        schema: { $cel: celPath("output", ownText(given, "value-path") ?? ownText(given, "itemValuePath") ?? "") },
      };
      return [];
    }
    const value = pointerOf(ownText(values, "value-path") ?? ownText(values, "itemValuePath") ?? "");
    const label = pointerOf(ownText(values, "value-title") ?? ownText(values, "itemTitlePath") ?? "") || value;
    draft["x-options"] = { ...call, value, label } satisfies OptionSource;
    return [
      {
        operation: operation.name,
        pointer: pointerOf(ownText(values, "value-collection") ?? ownText(values, "itemsPath") ?? ""),
      },
    ];
  });
}

/** `a/b` or `a.b` as a JSON pointer. */
function pointerOf(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((part) => `/${escapeSegment(part)}`).join("");
}

function celPath(root: string, path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.reduce((text, part) => `${text}[?${JSON.stringify(part)}]`, root) + (parts.length > 0 ? ".orValue(null)" : "");
}

function inputsOf(given: unknown, { keys }: ChoiceOperation, place: Place): JsonObject {
  const parameters = { file: place.file, pointer: place.pointer, value: own(given, "parameters") };
  return Object.fromEntries(
    entries(parameters).flatMap(([name, { value }]): readonly (readonly [string, Value])[] => {
      const key = keys.get(name) ?? keyOf(name);
      if (key === undefined) return [];
      const reference = ownText(value, "parameter") ?? ownText(value, "parameterReference");
      if (reference !== undefined) return [[key, { $cel: `${inputPath(reference)}.orValue(null)` }]];
      const literal = isObject(value) ? own(value, "value") : value;
      return literal === undefined || (typeof literal === "object" && literal !== null)
        ? []
        : [[key, literal as string | number | boolean | null]];
    }),
  );
}

function inputPath(reference: string): string {
  const parts = reference.split("/").filter((part) => part !== "");
  const [first = "", ...rest] = parts;
  const head = first.toLowerCase() === "body" ? "body" : (keyOf(first) ?? first);
  return ["input", ...[head, ...rest].map((part) => `[?${JSON.stringify(part)}]`)].join("");
}
