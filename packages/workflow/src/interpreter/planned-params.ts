import { type CompiledRules, type CompiledValue, compileRules, compileValue, type Definitions } from "@mortise/builders";
import { getPointer, type Json, type JsonObject, joinPointer } from "@mortise/contract";
import type { GraphNode } from "../graph/set-graph.ts";
import { asObject } from "../model/loose.ts";
import type { CoreNode, NodeParams } from "../nodes/core-node.ts";
import type { Read } from "./plan.ts";
import { using } from "./using-definitions.ts";

/** The parameters of one use of a core node; each value is compiled once. */
export class PlannedParams implements NodeParams {
  readonly with: JsonObject;
  readonly #pointer: string;
  readonly #definitions: Definitions | undefined;
  readonly #compiled = new Map<string, CompiledValue>();

  constructor({ node, pointer }: GraphNode, core: CoreNode, definitions?: Definitions) {
    this.#definitions = definitions;
    this.with = asObject(node.with) as JsonObject;
    this.#pointer = `${pointer}/with`;
    for (const { path } of core.values(this.with)) this.value(...path);
  }

  value(...path: string[]): CompiledValue {
    const pointer = joinPointer(...path);
    const known = this.#compiled.get(pointer);
    if (known) return known;
    const compiled = compileValue(this.#literal(pointer), { path: this.#pointer + pointer, ...using(this.#definitions) });
    this.#compiled.set(pointer, compiled);
    return compiled;
  }

  rules(...path: string[]): CompiledRules {
    const pointer = joinPointer(...path);
    return compileRules(this.#literal(pointer), { path: this.#pointer + pointer, ...using(this.#definitions) });
  }

  /** What all values read. */
  reads(): readonly Read[] {
    return [...this.#compiled.values()].flatMap(({ reads }) => reads);
  }

  #literal(pointer: string): Json {
    return getPointer(this.with, pointer) ?? null;
  }
}
