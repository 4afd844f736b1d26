import type { JsonSchema } from "@mortise/contract";
import type { Kinds } from "../schema/kinds.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import type { Frame } from "./frame.ts";

/** A function that expressions can call. */
export interface ExpressionFunction {
  readonly name: string;
  /** `method`: `a.f(b)`, `function`: `f(a, b)`, `both`: either. A method's receiver is its first parameter. */
  readonly style: "method" | "function" | "both";
  /** Kinds of the parameters in order. */
  readonly params: readonly Kinds[];
  /** How many of the first parameters must be given. Absent: all. */
  readonly required?: number;
  /** The last parameter may be repeated. */
  readonly variadic?: true;
  readonly result: JsonSchema | ((args: readonly CompiledNode[]) => JsonSchema);
  /** One line for the completion list and the docs. */
  readonly doc: string;
  /** Looks at literal arguments before run time. */
  readonly check?: (context: CompileContext, args: readonly CompiledNode[]) => void;
  readonly run: (frame: Frame, a: never, b: never, c: never, ...rest: never[]) => unknown;
}
