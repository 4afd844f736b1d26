import type { ASTNode } from "@marcbachmann/cel-js";
import type { Json } from "@mortise/contract";
import { inferSchema, listSchema, recordSchema } from "../schema/infer-schema.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import { ExpressionFailure } from "./expression-failure.ts";

type Ast<Op extends ASTNode["op"]> = Extract<ASTNode, { readonly op: Op }>;

/** Whole numbers become doubles, as JSON has them (RFC 8259, section 6). */
export function compileLiteral(context: CompileContext, ast: Ast<"value">): CompiledNode {
  const value = literalValue(context, ast);
  return { ast, type: inferSchema(value), run: () => value, literal: { value } };
}

function literalValue(context: CompileContext, ast: Ast<"value">): Json {
  const value = ast.args;
  if (typeof value === "bigint") {
    if (!Number.isSafeInteger(Number(value))) {
      context.report("warning", "EXPRESSION_TYPE", ast, `the whole number ${value} is too large to be exact`, {
        title: "Write it as text in quotes",
      });
    }
    return Number(value);
  }
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  context.report("error", "EXPRESSION_TYPE", ast, "bytes and unsigned numbers have no form in JSON", {
    title: "Use a text or a plain number",
  });
  return null;
}

export function compileList(context: CompileContext, ast: Ast<"list">): CompiledNode {
  const elements = ast.args.map((each) => context.use(context.compile(each)));
  const runs = elements.map((each) => each.run);
  const type = listSchema(
    elements.map((each) => each.type),
    elements.length,
  );
  return { ast, type, run: (frame) => runs.map((run) => run(frame)) };
}

export function compileRecord(context: CompileContext, ast: Ast<"map">): CompiledNode {
  const entries = ast.args.map(([key, value]) => ({ key: compileKey(context, key), value: context.use(context.compile(value)) }));
  const names = entries.map(({ key }) => (key.literal ? String(key.literal.value) : undefined));
  const constant = names.every((name) => name !== undefined && name !== "__proto__");
  const values = entries.map(({ value }) => value.run);
  if (constant) {
    const type = recordSchema(entries.map(({ value }, i) => [names[i] ?? "", value.type]));
    return { ast, type, run: (frame) => makeRecord(names as string[], values, frame) };
  }
  const keys = entries.map(({ key }) => key.run);
  return {
    ast,
    type: { type: "object" },
    run: (frame) => Object.fromEntries(keys.map((key, i) => [keyText(key(frame), ast), values[i]?.(frame)])),
  };
}

function makeRecord<F>(
  names: readonly string[],
  values: readonly ((frame: F) => unknown)[],
  frame: F,
): { [key: string]: unknown } {
  const record: { [key: string]: unknown } = {};
  for (let i = 0; i < names.length; i++) record[names[i] as string] = (values[i] as (frame: F) => unknown)(frame);
  return record;
}

function compileKey(context: CompileContext, ast: ASTNode): CompiledNode {
  const key = context.use(context.compile(ast));
  if ((kindsOf(key.type) & (KIND.string | KIND.number | KIND.boolean)) === 0) {
    context.report("error", "EXPRESSION_TYPE", ast, "a field's name must be text", { title: "Put the name in quotes" });
  }
  return key;
}

function keyText(key: unknown, ast: ASTNode): string {
  if (typeof key === "string" || typeof key === "number" || typeof key === "boolean") return String(key);
  throw new ExpressionFailure("a field's name must be text", ast.start);
}
