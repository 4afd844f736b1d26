import type { ASTNode } from "@marcbachmann/cel-js";
import { compileIndex, compileMember, compileOptionalAccess, compileVariable } from "./access.ts";
import { compileArithmetic, compileNegation } from "./arithmetic.ts";
import { compileFunctionCall, compileMethodCall } from "./calls.ts";
import { compileEquality, compileIn, compileOrder } from "./comparison.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import { compileList, compileLiteral, compileRecord } from "./literals.ts";
import { compileLogical, compileNot, compileTernary } from "./logic.ts";
import { compileFunctionMacro, compileMethodMacro, FUNCTION_MACROS, METHOD_MACROS } from "./macros.ts";

/** Turns one node of a syntax tree, with all below it, into a closure and a type. */
export function compileNode(context: CompileContext, ast: ASTNode): CompiledNode {
  switch (ast.op) {
    case "value":
      return compileLiteral(context, ast);
    case "id":
      return compileVariable(context, ast);
    case ".":
      return compileMember(context, ast);
    case "[]":
      return compileIndex(context, ast);
    case ".?":
    case "[?]":
      return compileOptionalAccess(context, ast);
    case "call": {
      const [name, args] = ast.args;
      return FUNCTION_MACROS.has(name) ? compileFunctionMacro(context, ast, name, args) : compileFunctionCall(context, ast);
    }
    case "rcall": {
      const [name, receiver, args] = ast.args;
      return METHOD_MACROS.has(name) ? compileMethodMacro(context, ast, name, receiver, args) : compileMethodCall(context, ast);
    }
    case "list":
      return compileList(context, ast);
    case "map":
      return compileRecord(context, ast);
    case "?:":
      return compileTernary(context, ast, ast.args);
    case "&&":
    case "||":
      return compileLogical(context, ast, ast.op, ast.args);
    case "!_":
      return compileNot(context, ast, ast.args);
    case "-_":
      return compileNegation(context, ast, ast.args);
    case "==":
    case "!=":
      return compileEquality(context, ast, ast.op === "!=", ast.args);
    case "in":
      return compileIn(context, ast, ast.args);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compileOrder(context, ast, ast.op, ast.args);
    default:
      return compileArithmetic(context, ast, ast.op, ast.args);
  }
}
