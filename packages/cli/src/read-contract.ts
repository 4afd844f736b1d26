import { CONTRACT_SCHEMA, type Contract, type Diagnostic, type Json } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { DiagnosticsFailure } from "./failure.ts";
import { readJsonFile } from "./read-file.ts";

/**
 * Reads a contract that is used, not checked: its shape must be right, since everything that is made from a contract counts on that. Throws
 * `UNREADABLE_FILE`, or {@link DiagnosticsFailure}: exit 2 for what is no JSON, exit 1 naming every place that has the wrong shape.
 */
export async function readContract(file: string): Promise<Contract> {
  const { value, lineOf } = await readJsonFile(file);
  const faults = laterFormat(value) ?? compileSchema(CONTRACT_SCHEMA)(value).diagnostics;
  if (faults.length === 0) return value as unknown as Contract;
  throw new DiagnosticsFailure(
    faults.map((fault) => ({ ...fault, file, line: lineOf(fault.path) })),
    1,
  );
}

/** Of a later format nothing but that is said: what else is strange in it may be right there. */
function laterFormat(value: Json): readonly Diagnostic[] | undefined {
  const format =
    typeof value === "object" && value !== null && !Array.isArray(value) ? (value as { format?: Json }).format : undefined;
  if (typeof format !== "string" || !/^mortise\.contract\/([2-9]|[1-9]\d+)$/.test(format)) return undefined;
  const message = `format: expected "${CONTRACT_SCHEMA.properties.format.const}", found "${format}", which a later version of mortise made`;
  return [
    { code: "INVALID_VALUE", severity: "error", path: "/format", message, fix: { title: "Install that version of mortise." } },
  ];
}
