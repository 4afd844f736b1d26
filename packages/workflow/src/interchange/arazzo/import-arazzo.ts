import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { NodeSet, Workflow, WorkflowNode } from "../../model/document.ts";
import { asList, asObject, isObject, type Loose } from "../../model/loose.ts";
import { celPath, type ImportedStep, type ImportedWorkflow, StepNames, textValue, toDoNode } from "../imported-workflow.ts";

/** An operation that a document names, as the deployment's connectors have it. */
export interface ArazzoOperation {
  /** `connector/operation`. */
  readonly use: string;
  /** Names of its inputs. */
  readonly inputs: readonly string[];
}

/** Options of {@link importArazzo}. */
export interface ImportArazzoOptions {
  /** Finds an operation of a source by its `operationId`, so that steps name what is installed. Undefined: it is not there. */
  readonly operation: (source: string | undefined, operationId: string) => ArazzoOperation | undefined;
}

/**
 * Makes workflows of an Arazzo document (OpenAPI Initiative, Arazzo 1.0), one for each of its workflows. A step whose operation no installed
 * connector has becomes one that fails with what is to do. Throws `INVALID_DOCUMENT` for what is no such document.
 */
export function importArazzo(value: unknown, { operation }: ImportArazzoOptions): readonly ImportedWorkflow[] {
  const root = asObject(value);
  if (typeof root.arazzo !== "string" || !Array.isArray(root.workflows))
    throw new MortiseError("INVALID_DOCUMENT", 'This is no Arazzo document: "arazzo" or "workflows" is missing.');
  const sources = asList(root.sourceDescriptions).map(asObject);
  const onlySource = sources.length === 1 ? String(sources[0]?.name) : undefined;
  return root.workflows.map(asObject).map((workflow) => new Importer(workflow, onlySource, operation).run());
}

class Importer {
  readonly #workflow: Loose;
  readonly #source: string | undefined;
  readonly #operation: ImportArazzoOptions["operation"];
  readonly #names = new StepNames();
  /** Where each output of a step is, as CEL. */
  readonly #outputs = new Map<string, string>();

  constructor(workflow: Loose, source: string | undefined, operation: ImportArazzoOptions["operation"]) {
    this.#workflow = workflow;
    this.#source = source;
    this.#operation = operation;
  }

  run(): ImportedWorkflow {
    const { workflowId, summary, description, inputs, steps, outputs, failureActions, successActions } = this.#workflow;
    const nodes: { [step: string]: WorkflowNode } = {};
    const report: ImportedStep[] = [];
    let before: string | undefined;
    for (const step of asList(steps).map(asObject)) {
      const id = String(step.stepId);
      const name = this.#names.of(id);
      const toDo: string[] = [];
      const made = this.#step(step, toDo);
      nodes[name] = { ...made, ...(before === undefined ? {} : { after: [before] }) };
      const isToDo = made.note?.startsWith("To do:") === true;
      report.push({
        from: id,
        type: String(step.operationId ?? step.operationPath ?? step.workflowId ?? "step"),
        node: name,
        outcome: isToDo ? "to-do" : toDo.length > 0 ? "partly" : "mapped",
        toDo,
      });
      before = name;
    }
    const notes: string[] = [];
    if (asList(failureActions).length + asList(successActions).length > 0)
      notes.push("The actions of the whole workflow on success and failure are to do.");
    const result = Object.entries(asObject(outputs)).map(([key, expression]) => [key, this.#value(expression, notes)] as const);
    const workflow: Workflow = {
      format: "mortise.workflow/1",
      name: typeof summary === "string" && summary !== "" ? summary : String(workflowId ?? "Imported workflow"),
      ...(typeof description === "string" ? { description } : {}),
      trigger: { use: "manual", ...(isObject(inputs) ? { with: { schema: inputs as unknown as Json } } : {}) },
      nodes: nodes as NodeSet,
      ...(result.length > 0 ? { output: Object.fromEntries(result) } : {}),
    };
    return { workflow, steps: report, notes };
  }

  #step(step: Loose, toDo: string[]): WorkflowNode {
    const { stepId, operationId, operationPath, workflowId, onFailure, onSuccess, successCriteria, description } = step;
    const name = this.#names.of(String(stepId));
    const [source, id] = operationOf(operationId, this.#source);
    const found = id === undefined ? undefined : this.#operation(source, id);
    for (const [output, expression] of Object.entries(asObject(step.outputs))) {
      const place = placeInAnswer(expression, name);
      if (place === undefined) toDo.push(`The output "${output}" (${String(expression)}) could not be read.`);
      else this.#outputs.set(`${String(stepId)}.${output}`, place);
    }
    const note = typeof description === "string" ? { note: description } : {};
    if (workflowId !== undefined) {
      const what = `it runs the workflow ${String(workflowId)}: save that one and name its revision in a Sub-workflow`;
      toDo.push(`${what}.`);
      return toDoNode(what);
    }
    if (found === undefined) {
      const what = `no installed connector has ${String(operationId ?? operationPath)}: import its OpenAPI document first`;
      toDo.push(`${what}.`);
      return toDoNode(what);
    }
    const criteria = asList(successCriteria)
      .map(asObject)
      .filter(({ condition }) => !isPlainSuccess(condition));
    if (criteria.length > 0) toDo.push("Its success criteria are to do: the contract's outcome table decides what is a success.");
    if (asList(onFailure).length + asList(onSuccess).length > 0)
      toDo.push("What it does on success or failure is to do: see On error.");
    return { use: found.use, with: this.#input(step, found, toDo), ...note };
  }

  #input({ parameters, requestBody }: Loose, { inputs }: ArazzoOperation, toDo: string[]): JsonObject {
    const given: { [name: string]: Json } = {};
    for (const { name, value, reference } of asList(parameters).map(asObject)) {
      if (reference !== undefined) toDo.push(`The parameter ${String(reference)} is a reference: write it out.`);
      else given[inputNamed(String(name), inputs)] = this.#value(value, toDo);
    }
    const payload = asObject(requestBody).payload;
    if (isObject(payload) && !inputs.includes("body"))
      for (const [key, value] of Object.entries(payload)) given[inputNamed(key, inputs)] = this.#value(value, toDo);
    else if (payload !== undefined) given.body = this.#value(payload, toDo);
    return given;
  }

  /** A value with runtime expressions (Arazzo 1.0, "Runtime Expressions"): `$inputs.a`, `$steps.b.outputs.c`, or `{$inputs.a}` in a text. */
  #value(value: unknown, toDo: string[]): Json {
    if (Array.isArray(value)) return value.map((each) => this.#value(each, toDo));
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#value(each, toDo)]));
    if (typeof value !== "string") return (value ?? null) as Json;
    if (value.startsWith("$")) {
      const cel = this.#cel(value);
      if (cel !== undefined) return { $cel: cel };
      toDo.push(`The expression ${value} could not be read.`);
      return value;
    }
    const pieces: (string | { readonly cel: string })[] = [];
    let at = 0;
    for (const match of value.matchAll(/\{(\$[^{}]+)\}/g)) {
      const cel = this.#cel(match[1] ?? "");
      if (cel === undefined) toDo.push(`The expression ${match[1]} could not be read.`);
      if (match.index > at) pieces.push(value.slice(at, match.index));
      pieces.push(cel === undefined ? match[0] : { cel });
      at = match.index + match[0].length;
    }
    if (at < value.length) pieces.push(value.slice(at));
    return pieces.length === 0 ? value : textValue(pieces);
  }

  #cel(expression: string): string | undefined {
    const input = /^\$inputs\.([^#]+)$/.exec(expression);
    if (input) return celPath("trigger.body", (input[1] ?? "").split("."));
    const output = /^\$steps\.([^.]+)\.outputs\.([^.#]+)((?:\.[^.#]+)*)(?:#(\/.*))?$/.exec(expression);
    if (!output) return undefined;
    const place = this.#outputs.get(`${output[1]}.${output[2]}`);
    const more = [...(output[3] ?? "").split(".").slice(1), ...pointerPath(output[4])];
    return place === undefined ? undefined : celPath(place, more);
  }
}

/** `$sourceDescriptions.pets.listPets`, or an id alone. */
function operationOf(
  operationId: unknown,
  only: string | undefined,
): readonly [source: string | undefined, id: string | undefined] {
  if (typeof operationId !== "string") return [only, undefined];
  const named = /^\$sourceDescriptions\.([^.]+)\.(.+)$/.exec(operationId);
  return named ? [named[1], named[2]] : [only, operationId];
}

/** `$response.body#/a/0` of a step. */
function placeInAnswer(expression: unknown, step: string): string | undefined {
  const match = typeof expression === "string" ? /^\$response\.body(?:#(\/.*))?$/.exec(expression) : null;
  return match ? celPath(`steps.${step}.output`, pointerPath(match[1])) : undefined;
}

function pointerPath(pointer: string | undefined): readonly (string | number)[] {
  const keys = (pointer ?? "").split("/").slice(1);
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key.replaceAll("~1", "/").replaceAll("~0", "~")));
}

/** Connectors name inputs in their own way: the same letters and digits are the same name. */
function inputNamed(name: string, inputs: readonly string[]): string {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
  return inputs.find((each) => each === name) ?? inputs.find((each) => plain(each) === plain(name)) ?? name;
}

function isPlainSuccess(condition: unknown): boolean {
  return typeof condition === "string" && /^\$statusCode\s*==\s*2\d\d$/.test(condition.trim());
}
