import { type Diagnostic, type Json, readJson } from "@mortise/contract";
import { checkJson } from "../schema/check-json.ts";
import type { Workflow } from "./document.ts";
import { documentLimits } from "./document-limits.ts";
import { isObject } from "./loose.ts";
import { WORKFLOW_SCHEMA } from "./workflow-schema.ts";

/** A workflow document as read. */
export interface ParsedWorkflow {
  /**
   * The document, also where its shape has faults, so that everything else can be checked too: run it only when no diagnostic is an
   * `error`. Undefined where there is no JSON object at all.
   */
  readonly workflow?: Workflow;
  readonly diagnostics: readonly Diagnostic[];
}

const shapeChecked = new WeakSet<object>();

/** Reads a workflow document and checks its shape against {@link WORKFLOW_SCHEMA}; from text, diagnostics carry lines. Never throws. */
export function parseWorkflow(source: string | object): ParsedWorkflow {
  const read = typeof source === "string" ? readJson(source) : undefined;
  if (read && read.value === undefined) return { diagnostics: empty(read.diagnostics) };
  const document = (read ? read.value : source) as Json;
  const tooLarge = documentLimits(document);
  if (tooLarge) return { diagnostics: [read ? { ...tooLarge, line: 1 } : tooLarge] };
  const shape = checkShape(document).map((each) => (read ? { ...each, line: read.lineOf(each.path) } : each));
  const diagnostics = [...(read?.diagnostics ?? []), ...shape];
  if (!isObject(document)) return { diagnostics };
  shapeChecked.add(document);
  return { workflow: document as unknown as Workflow, diagnostics };
}

/** Faults of a shape that are told; the rest is dropped. */
const MAX_FAULTS = 200;

/** The faults of a document's shape, the first 200. */
export function checkShape(document: Json): readonly Diagnostic[] {
  return distinct(checkJson(document, WORKFLOW_SCHEMA)).slice(0, MAX_FAULTS);
}

/** Whether {@link parseWorkflow} has said already what is wrong with the shape of this very document. */
export function isShapeChecked(workflow: object): boolean {
  return shapeChecked.has(workflow);
}

function empty(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length > 0) return diagnostics;
  const message = "The document is empty; a workflow is a JSON object.";
  return [{ code: "INVALID_JSON", severity: "error", path: "", line: 1, message }];
}

/** A node set is reached by several rules of the schema; a fault in it is said once. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [`${each.code} ${each.path} ${each.message}`, each])).values()];
}
