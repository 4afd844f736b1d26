import { type CompiledValue, compileValue, isAssignable } from "@mortise/builders";
import {
  type Diagnostic,
  type Fix,
  type Json,
  type JsonObject,
  type JsonSchema,
  joinPointer,
  nearest,
  parsePointer,
} from "@mortise/contract";
import { readEntry } from "../graph/set-graph.ts";
import { asList, isObject } from "../model/loose.ts";
import { checkJson } from "../schema/check-json.ts";
import { type CheckContext, report, stepsSchema, type Visible } from "./check-context.ts";

/** A value to check, and where it stands. */
export interface ValueSite {
  readonly value: Json;
  /** JSON pointer of the value. */
  readonly path: string;
  readonly expects: JsonSchema;
  readonly visible: Visible;
  /** Node that the value belongs to; undefined: the workflow's own output. */
  readonly node: string | undefined;
  /** A stream may stand here. */
  readonly takesStream?: boolean;
}

/** Checks a literal or computed value against its scope and against what its place expects; returns its type. */
export function checkValue(context: CheckContext, site: ValueSite): JsonSchema {
  const { value, path, visible } = site;
  const parts = computedParts(value, path).map((part) => ({
    ...part,
    reads: compileValue(part.value, { path: part.path, definitions: context.definitions }).reads,
  }));
  for (const part of parts) {
    checkStreams(context, { ...site, ...part }, part.reads);
    checkReads(context, { ...site, ...part }, part.reads);
  }
  const scope = scopeOf(
    visible,
    parts.flatMap(({ reads }) => reads),
  );
  const compiled = compileValue(value, { path, scope, definitions: context.definitions });
  context.diagnostics.push(...compiled.diagnostics.map(sentence));
  const faults = checkJson(value, site.expects, {
    path,
    defaults: true,
    instead: (part, schema, at) => {
      if (!isComputed(part)) return undefined;
      return assign(
        at === path ? compiled : compileValue(part, { path: at, scope, definitions: context.definitions }),
        schema,
        at,
      );
    },
  });
  context.diagnostics.push(...faults.filter(({ path: at }) => !compiled.diagnostics.some((each) => each.path === at)));
  const { type, isLiteral } = compiled;
  context.values.push({ node: site.node, path, value, type, isLiteral, parts });
  return type;
}

/** The scope with only those nodes in it that are read: the others cost time and say nothing. */
function scopeOf({ vars, steps }: Visible, reads: CompiledValue["reads"]): { readonly [name: string]: JsonSchema } {
  const read = reads.flatMap(([root, name]) => (root === "steps" ? [name ?? "*"] : []));
  const names = read.includes("*") ? [...steps.names(), ...read.filter((name) => name !== "*")] : read;
  return { ...vars, steps: stepsSchema(steps, names) };
}

/** Whether a value is computed when the workflow runs. */
export function isComputed(value: Json): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0]?.startsWith("$") === true;
}

/** The computed values inside of a value, each with its place. */
function computedParts(value: Json, path: string): readonly { readonly value: Json; readonly path: string }[] {
  if (isComputed(value)) return [{ value, path }];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((each, i) => computedParts(each, `${path}/${i}`));
  if (!isObject(value)) return [];
  return Object.entries(value as JsonObject).flatMap(([key, each]) => computedParts(each, path + joinPointer(key)));
}

function assign(compiled: CompiledValue, schema: JsonSchema, path: string): readonly Diagnostic[] {
  if (compiled.diagnostics.some(({ severity }) => severity === "error")) return [];
  const { ok, reason } = isAssignable(compiled.type, schema);
  if (ok && reason === undefined) return [];
  const name = parsePointer(path)?.at(-1) ?? "";
  const severity = ok ? "info" : "error";
  const fix: Fix = { title: ok ? "Guard it, for example with has(…) or a default." : "Convert it, or pick another value." };
  return [{ code: "WRONG_TYPE", severity, path, message: `"${name}": ${reason}.`, fix }];
}

/** Explains names of steps that cannot be seen. */
function checkReads(context: CheckContext, site: ValueSite, reads: CompiledValue["reads"]): void {
  const names = new Set(reads.flatMap(([root, name]) => (root === "steps" && name !== undefined && name !== "*" ? [name] : [])));
  for (const name of names) if (site.visible.steps.typeOf(name) === undefined) explainUnseen(context, site, name);
}

function explainUnseen(context: CheckContext, { path, node }: ValueSite, name: string): void {
  const placed = context.placed.get(name);
  if (placed === undefined) {
    const near = nearest(name, [...context.placed.keys()]);
    const title = near === undefined ? "Use the name of a node." : `Did you mean "steps.${near}"?`;
    report(context, "UNKNOWN_NODE", path, `There is no node "${name}".`, { fix: { title } });
    return;
  }
  const reader = node === undefined ? undefined : context.placed.get(node);
  if (name === node) {
    report(context, "EXPRESSION_UNKNOWN_NAME", path, `"${name}" cannot read its own result: it has none before it ran.`);
    return;
  }
  const before = reader && [reader.name, ...reader.parents].find((each) => context.placed.get(each)?.set === placed.set);
  if (before === undefined) {
    const around = placed.parents.at(-1);
    const message = `"${name}" is inside "${around}", and what happens there cannot be seen outside of it.`;
    report(context, "EXPRESSION_UNKNOWN_NAME", path, message, {
      fix: { title: `Collect what you need: "collect" of "${around}".` },
    });
    return;
  }
  const waiting = context.placed.get(before);
  if (waiting === undefined) return;
  if (before === name) {
    report(context, "EXPRESSION_UNKNOWN_NAME", path, `"${name}" is still running while the steps inside of it run.`);
    return;
  }
  const after = waiting.node.after;
  const patch = Array.isArray(after)
    ? ({ op: "add", path: `${waiting.pointer}/after/-`, value: name } as const)
    : ({ op: "add", path: `${waiting.pointer}/after`, value: [name] } as const);
  if (waitsFor(context, name, before)) {
    const message = `"${name}" runs after "${before}", so it has no result yet.`;
    report(context, "EXPRESSION_UNKNOWN_NAME", path, message, { fix: { title: `Read a node that runs before "${before}".` } });
    return;
  }
  const message = `"${before}" does not wait for "${name}", so there may be no result yet.`;
  report(context, "EXPRESSION_UNKNOWN_NAME", path, message, {
    fix: { title: `Let "${before}" come after "${name}".`, patch: [patch] },
  });
}

/** Whether one node runs after another of its set. */
function waitsFor(context: CheckContext, name: string, other: string): boolean {
  const seen = new Set<string>();
  const todo = [name];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next === other) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    for (const text of asList(context.placed.get(next)?.node.after))
      if (typeof text === "string") todo.push(readEntry(text, 0).node);
  }
  return false;
}

/** A stream is no list: only for-each may take it, and only as it is. */
function checkStreams(context: CheckContext, site: ValueSite, reads: CompiledValue["reads"]): void {
  for (const [root, name = "", ...rest] of reads) {
    const list = root === "steps" ? context.streams.get(name) : undefined;
    if (list === undefined || rest.length === 0) continue;
    const shorter = Math.min(rest.length, list.length);
    if (rest.slice(0, shorter).join("\n") !== list.slice(0, shorter).join("\n")) continue;
    const whole = `steps.${[name, ...list].join(".")}`;
    if (site.takesStream && isPlain(site.value, ["steps", name, ...list])) continue;
    const message = `${whole} is a stream: its rows are read piece by piece, so only the items of a for-each can take it, and only as it is.`;
    const fix = {
      title: `Put a for-each after "${name}" with {"$cel": "${whole}"} as its items, and work on the rows inside of it.`,
    };
    report(context, "WRONG_TYPE", site.path, message, { fix });
  }
}

/** Whether a value is exactly the expression `a.b.c`. */
function isPlain(value: Json, segments: readonly string[]): boolean {
  if (!isObject(value) || typeof value.$cel !== "string") return false;
  const source = value.$cel.replaceAll(/\s+/g, "").replaceAll(/\[(["'])([^"'\]]*)\1\]/g, ".$2");
  return source === segments.join(".");
}

function sentence(diagnostic: Diagnostic): Diagnostic {
  const { message } = diagnostic;
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return { ...diagnostic, message: /[.!?`]$/.test(text) ? text : `${text}.` };
}
