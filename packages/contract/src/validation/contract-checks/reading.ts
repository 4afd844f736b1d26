import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem } from "../problem.ts";

/** Reading in parts and only what is new holds together, and finding before creating is not taken for less than it does. */
export function checkReading(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.operations).flatMap(([name, operation]) => {
    const at = joinPointer("operations", name);
    return [
      ...["incremental", "partition"].flatMap((key) =>
        operation[key] !== undefined && operation.stream === undefined
          ? [problem("MISSING_KEY", `${at}/stream`, `is required with ${key}: where the list is`)]
          : [],
      ),
      ...formFaults(operation.incremental, `${at}/incremental`),
      ...parentFaults(contract, operation, `${at}/partition/parent/operation`),
      ...creationFaults(contract, operation, at),
    ];
  });
}

const scaleOf = (form: unknown): unknown => (form === "number" || form === "text" ? form : "time");

function formFaults(incremental: unknown, at: string): readonly Diagnostic[] {
  const as = own(incremental, "as");
  if (typeof as !== "string") return [];
  const format = own(incremental, "format") ?? as;
  const lookback = own(incremental, "lookback");
  const scale = scaleOf(as);
  const needed = scale === "time" ? "string" : "number";
  const misfit = lookback !== undefined && (scale === "text" || typeof lookback !== needed);
  return [
    ...(scaleOf(format) === scale || (scale === "number" && format === "text")
      ? []
      : [problem("INVALID_VALUE", `${at}/format`, `a cursor that is ${as} cannot be written as ${String(format)}`)]),
    ...(own(incremental, "window") !== undefined && scale !== "time"
      ? [problem("INVALID_VALUE", `${at}/window`, `a window is a span of time, but the cursor is ${as}`)]
      : []),
    ...(misfit
      ? [problem("INVALID_VALUE", `${at}/lookback`, `expected ${expectedLookback(scale)} for a cursor that is ${as}`)]
      : []),
  ];
}

const expectedLookback = (scale: unknown): string =>
  scale === "time" ? `a length of time such as "5m"` : scale === "number" ? "a number" : "none";

function parentFaults(contract: Loose, { partition }: Loose, path: string): readonly Diagnostic[] {
  const name = own(own(partition, "parent"), "operation");
  const parent = typeof name === "string" ? own(contract.operations, name) : undefined;
  return parent === undefined || own(parent, "stream") !== undefined
    ? []
    : [problem("INVALID_VALUE", path, `expected an operation with a stream, but "${String(name)}" has none`)];
}

/** Whoever decides on a repeat looks at the operation, not at what it creates with. */
function creationFaults(contract: Loose, operation: Loose, at: string): readonly Diagnostic[] {
  const name = own(own(operation.searchOrCreate, "create"), "operation");
  const creates = typeof name === "string" ? own(contract.operations, name) : undefined;
  if (creates === undefined) return [];
  const effect = own(creates, "effect");
  const [said, real] = [kindOf(operation.idempotency), kindOf(own(creates, "idempotency"))];
  return [
    ...(effect === "read"
      ? [
          problem(
            "UNSAFE_CONTRACT",
            `${at}/searchOrCreate/create/operation`,
            `expected one that creates, but "${String(name)}" reads`,
          ),
        ]
      : operation.effect !== effect
        ? [
            problem(
              "UNSAFE_CONTRACT",
              `${at}/effect`,
              `expected ${String(effect)}, the effect of "${String(name)}" that it creates with`,
            ),
          ]
        : []),
    ...(said === "none" || said === real
      ? []
      : [
          problem(
            "UNSAFE_CONTRACT",
            `${at}/idempotency`,
            `expected none or that of "${String(name)}" (${real}), as a repeat is no safer than that`,
            { fix: { title: `Use "none".`, patch: [{ op: "replace", path: `${at}/idempotency`, value: "none" }] } },
          ),
        ]),
  ];
}

const kindOf = (idempotency: unknown): string =>
  typeof idempotency === "string" ? idempotency : asObject(idempotency).key === undefined ? "none" : "a key";
