import type { Diagnostic, ErrorCode, Fix, Json, JsonObject, JsonSchema, Severity } from "@mortise/contract";
import { nearest } from "@mortise/contract";
import { type DefinitionScope, definitionScope, fillParams, openUse } from "../definitions/use-definition.ts";
import type { Scope } from "../expressions/compile-expression.ts";
import { checkParams } from "../schema/check-params.ts";
import { inferSchema, recordSchema } from "../schema/infer-schema.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import { memberNames, memberOf } from "../schema/members.ts";
import type { Transform, Transformer, TransformerContext } from "../transformers/transformer.ts";
import { TRANSFORMERS } from "../transformers/transformer-list.ts";
import { brokenValue } from "./broken-value.ts";
import { checkInput } from "./check-input.ts";
import { compileValue } from "./compile-value.ts";
import type { CompiledValue, CompileValueOptions } from "./compiled-value.ts";
import { pointerTo } from "./json-pointer.ts";

const BY_NAME: ReadonlyMap<string, Transformer> = new Map(TRANSFORMERS.map((each) => [each.name, each]));

/** Compiles a `$map`: a source (`from` first; absent: `item`, else `batch`), then transformers in order. */
export function compilePipeline(body: Json, options: CompileValueOptions): CompiledValue {
  const path = options.path ?? "";
  if (!Array.isArray(body))
    return broken("WRONG_TYPE", path, '"$map" needs a list of transformers', { title: 'Write [{"from": …}, {"pick": …}]' });
  const entries = (body as readonly Json[]).map((entry, i) => readEntry(entry, pointerTo(path, i), i === 0));
  const faults = entries.filter((entry) => "code" in entry);
  if (faults.length > 0) return brokenValue(faults);
  const steps = entries.filter((entry) => "name" in entry);
  const hasSource = steps[0]?.name === "from";
  const source =
    hasSource && steps[0] ? compileValue(steps[0].params, { ...options, path: steps[0].path }) : implicitSource(options);
  const diagnostics: Diagnostic[] = [...source.diagnostics];
  const reads = [...source.reads];
  const definitions = options.definitions && definitionScope(options.definitions);
  const sink = { options, definitions, diagnostics, reads };
  const { type, transforms } = compileSteps(hasSource ? steps.slice(1) : steps, source.type, sink);
  if (diagnostics.some((each) => each.severity === "error")) return brokenValue(diagnostics, reads);
  const evaluate = (scope: Scope): Json =>
    transforms.reduce((value, transform) => transform(value, scope), source.evaluate(scope));
  return { evaluate, type, diagnostics, isLiteral: false, reads };
}

/** Where steps are compiled, and what is said of them. */
interface Site {
  readonly options: CompileValueOptions;
  readonly definitions: DefinitionScope | undefined;
  readonly diagnostics: Diagnostic[];
  readonly reads: (readonly string[])[];
}

function compileSteps(
  steps: readonly Step[],
  input: JsonSchema,
  site: Site,
): { readonly type: JsonSchema; readonly transforms: readonly Transform[] } {
  const { options, diagnostics, reads } = site;
  const transforms: Transform[] = [];
  let type = input;
  for (const step of steps) {
    if (step.name === "use") {
      const made = compileUse(step, type, site);
      type = made.type;
      transforms.push(made.transform);
      continue;
    }
    const context = new PipelineContext(step.path, options, diagnostics, reads);
    const transformer = BY_NAME.get(step.name);
    const problems = transformer ? checkParams(step.params, transformer.params, step.path) : [];
    diagnostics.push(...problems);
    if (!transformer || problems.length > 0) {
      type = true;
      continue;
    }
    diagnostics.push(...checkInput(transformer, type, step.path));
    type = transformer.outputType(type, step.params, context);
    if (!diagnostics.some((each) => each.severity === "error")) transforms.push(transformer.compile(step.params, context));
  }
  return { type, transforms };
}

/** Unfolds a transformer of one's own: its steps see its parameters alone. */
function compileUse(
  step: Step,
  input: JsonSchema,
  { options, definitions, diagnostics, reads }: Site,
): { readonly type: JsonSchema; readonly transform: Transform } {
  const opened = openUse(step.params as JsonObject, "mortise.transformer/1", definitions, step.path);
  if (!("document" in opened)) {
    diagnostics.push(...opened);
    // What it would read is told nevertheless: whoever follows data must not lose it here.
    const given = (step.params as JsonObject).with;
    if (given !== undefined) reads.push(...compileValue(given, options).reads);
    return { type: true, transform: (value) => value };
  }
  const { document, fixed, computed, inside } = opened;
  const at = pointerTo(step.path, "with");
  const values = Object.entries(computed).map(
    ([name, value]) => [name, compileValue(value, { ...options, path: pointerTo(at, name) })] as const,
  );
  for (const [, value] of values) {
    diagnostics.push(...value.diagnostics);
    reads.push(...value.reads);
  }
  const found: Diagnostic[] = [];
  const say = (message: string): void => {
    found.push({ code: "INVALID_VALUE", severity: "error", path: "", message });
  };
  const steps = fillParams(document.steps, fixed, document.params, say) as readonly Json[];
  const entries = steps.map((each, i) => readEntry(each, pointerTo("/steps", i), false));
  found.push(...entries.filter((entry) => "code" in entry));
  const fixedType = Object.entries(fixed).map(([name, value]) => [name, inferSchema(value)] as const);
  const params = recordSchema([...fixedType, ...values.map(([name, value]) => [name, value.type] as const)]);
  const { path: _, scope: __, ...rest } = options;
  const inner: CompileValueOptions = { ...rest, scope: { params } };
  const body = compileSteps(
    entries.filter((entry) => "name" in entry),
    input,
    { options: inner, definitions: inside, diagnostics: found, reads: [] },
  );
  const use = pointerTo(step.path, "use");
  const name = inside.open.at(-1) ?? "";
  diagnostics.push(
    ...found.map(({ code, severity, path, message }) => ({
      code,
      severity,
      path: use,
      message: `in ${name}${path}: ${message}`,
    })),
  );
  const transform: Transform = (value, scope) => {
    const given: { [name: string]: Json } = { ...fixed };
    for (const [each, compiled] of values) given[each] = compiled.evaluate(scope);
    return body.transforms.reduce((made, next) => next(made, { params: given }), value);
  };
  return { type: body.type, transform };
}

interface Step {
  readonly name: string;
  readonly params: Json;
  readonly path: string;
}

function readEntry(entry: Json, path: string, isFirst: boolean): Step | Diagnostic {
  const keys = typeof entry === "object" && entry !== null && !Array.isArray(entry) ? Object.keys(entry) : [];
  if (keys.includes("use")) return { name: "use", params: entry, path };
  const name = keys[0];
  if (keys.length !== 1 || name === undefined) {
    return {
      code: "WRONG_TYPE",
      severity: "error",
      path,
      message: 'each step is an object with one key, the transformer: {"pick": {…}}',
    };
  }
  const at = pointerTo(path, name);
  const params = (entry as { readonly [key: string]: Json })[name] as Json;
  if (name === "from") {
    if (isFirst) return { name, params, path: at };
    return { code: "INVALID_VALUE", severity: "error", path: at, message: '"from" can only be the first step' };
  }
  if (BY_NAME.has(name)) return { name, params, path: at };
  const near = nearest(name, ["from", "use", ...BY_NAME.keys()]);
  const message = `there is no transformer "${name}"; there are: from, ${[...BY_NAME.keys()].join(", ")}`;
  const fix = near && {
    title: `Did you mean "${near}"?`,
    patch: [{ op: "move" as const, from: at, path: pointerTo(path, near) }],
  };
  return { code: "UNKNOWN_KEY", severity: "error", path: at, message, ...(fix && { fix }) };
}

function implicitSource(options: CompileValueOptions): CompiledValue {
  const { scope } = options;
  if (scope === undefined) return compileValue({ $cel: "default(item, batch)" }, options);
  const name = Object.hasOwn(scope, "item") ? "item" : Object.hasOwn(scope, "batch") ? "batch" : undefined;
  if (name !== undefined) return compileValue({ $cel: name }, options);
  const fix = {
    title: 'Begin with {"from": …}',
    patch: [{ op: "add" as const, path: pointerTo(options.path ?? "", 0), value: { from: null } }],
  };
  return broken("MISSING_KEY", options.path ?? "", 'there is no "item" or "batch" here to start from', fix);
}

class PipelineContext implements TransformerContext {
  readonly #path: string;
  readonly #options: CompileValueOptions;
  readonly #diagnostics: Diagnostic[];
  readonly #reads: (readonly string[])[];
  readonly #compiled = new Map<string, CompiledValue>();

  constructor(path: string, options: CompileValueOptions, diagnostics: Diagnostic[], reads: (readonly string[])[]) {
    this.#path = path;
    this.#options = options;
    this.#diagnostics = diagnostics;
    this.#reads = reads;
  }

  rowValue(value: Json, pointer: string, row: JsonSchema): CompiledValue {
    const scope = this.#options.scope && { ...this.#options.scope, row, index: { type: "integer" as const } };
    return this.#compile(value, pointer, { ...this.#options, ...(scope && { scope }) });
  }

  value(value: Json, pointer: string): CompiledValue {
    return this.#compile(value, pointer, this.#options);
  }

  report(severity: Severity, code: ErrorCode, pointer: string, message: string, fix?: Fix): void {
    this.#diagnostics.push({ code, severity, path: this.#path + pointer, message, ...(fix && { fix }) });
  }

  checkField(row: JsonSchema, field: string, pointer: string): void {
    if ((kindsOf(row) & KIND.object) === 0 || memberOf(row, field).presence !== "unknown") return;
    const names = memberNames(row);
    const near = nearest(field, names);
    const path = this.#path + pointer;
    const fix = near && { title: `Did you mean "${near}"?`, patch: [{ op: "replace" as const, path, value: near }] };
    const message = `there is no field "${field}"; there are: ${names.slice(0, 12).join(", ")}`;
    this.#diagnostics.push({ code: "EXPRESSION_UNKNOWN_NAME", severity: "error", path, message, ...(fix && { fix }) });
  }

  #compile(value: Json, pointer: string, options: CompileValueOptions): CompiledValue {
    const known = this.#compiled.get(pointer);
    if (known) return known;
    const compiled = compileValue(value, { ...options, path: this.#path + pointer });
    this.#compiled.set(pointer, compiled);
    this.#diagnostics.push(...compiled.diagnostics);
    this.#reads.push(...compiled.reads.filter((read) => read[0] !== "row" && read[0] !== "index"));
    return compiled;
  }
}

function broken(code: ErrorCode, path: string, message: string, fix: Fix): CompiledValue {
  return brokenValue([{ code, severity: "error", path, message, fix }]);
}
