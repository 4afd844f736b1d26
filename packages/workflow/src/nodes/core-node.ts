import type { CompiledRules, CompiledValue, Scope } from "@mortise/builders";
import type { Diagnostic, ErrorData, Json, JsonObject, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import type { WebhookAnswer } from "../ports/answer-port.ts";
import type { CodeRequest } from "../ports/code-port.ts";
import type { MetricPoint } from "../ports/metric-port.ts";
import type { NodeTools } from "./node-tools.ts";

/** Marks a place of the parameters that may hold a computed value. */
export function computed(schema: JsonSchemaObject): JsonSchemaObject {
  return { ...schema, "x-value": true } as JsonSchemaObject;
}

/** Marks a place of the parameters that holds a node set. */
export function nodeSet(schema: JsonSchemaObject): JsonSchemaObject {
  return { type: "object", "x-widget": "hidden", ...schema, "x-node-set": true } as JsonSchemaObject;
}

/** What people and editors know about a core node. */
export interface NodeSpec {
  /** `core/<step>`. */
  readonly use: string;
  readonly title: string;
  readonly description: string;
  /** Where the builder lists it. */
  readonly group: "flow" | "data";
  /** Schema of `with` after its values were computed. Places marked `x-value` may hold computed values, `x-node-set` node sets. */
  readonly params: JsonSchemaObject;
  /** Names of the ways out, where they are the same for every use. A branch has its cases and `else`. */
  readonly outlets?: readonly string[];
}

/** One place of `with` that may hold `{$cel}`, `{$text}` or `{$map}`. */
export interface ValuePlace {
  /** Keys from `with` down. */
  readonly path: readonly string[];
  readonly expects: JsonSchema;
  /** Body whose scope and whose nodes the value sees, after it ran. Absent: the scope of the node itself. */
  readonly inside?: string;
  /** Variables that it sees beside the scope, e.g. the `item` of a list; values without them are typed first. */
  readonly sees?: (types: ValueTypes) => { readonly [name: string]: JsonSchema };
}

/** A node set inside a container. */
export interface BodySlot {
  /** Key in `with`. */
  readonly slot: string;
  /** Variables that its expressions see beside those around the container. */
  readonly scope: { readonly [name: string]: JsonSchema };
  /** Variables that hide from its expressions. */
  readonly hides?: readonly string[];
}

/** Types of the computed values of one use of a node. */
export interface ValueTypes {
  /** Type of the value at this path of `with`; `true` where nothing is known. */
  of(...path: string[]): JsonSchema;
}

/** The parameters of one use of a node, ready to compute. */
export interface NodeParams {
  readonly with: JsonObject;
  value(...path: string[]): CompiledValue;
  rules(...path: string[]): CompiledRules;
}

/** What a node without an effect came to. */
export interface PureResult {
  readonly output: Json;
  readonly outlet?: string;
  /** What it ends beyond itself. Absent: nothing. */
  readonly control?: Control;
}

/** What a node that waits or remembers came to; `error` is of a body that failed. */
export type DurableResult = PureResult | { readonly error: ErrorData };

/** An end that reaches beyond a node and is no error: of the nearest loop around it, or of the whole run, with its output. */
export type Control = { readonly kind: "break" } | { readonly kind: "stop"; readonly output: Json };

/** What a node asks of a port. */
export type EffectRequest =
  | { readonly to: "respond"; readonly answer: WebhookAnswer }
  | { readonly to: "metric"; readonly metric: MetricPoint }
  | { readonly to: "code"; readonly program: CodeRequest };

/** What a container makes of its one body. */
export interface BodyUse {
  /** Variables that the body sees beside those around it. */
  readonly vars?: (outer: Scope) => JsonObject;
  /** The output, computed once the body has run; `inner` is what its last values see. */
  readonly output: (inner: Scope) => Json;
  /** The output where the body failed. Absent: the node fails as the body did. */
  readonly recover?: (outer: Scope) => Json;
}

/**
 * How a node behaves.
 * - `pure`: computed in place and again on every replay; a `MortiseError` thrown fails the node.
 * - `wait`: settles at a moment.
 * - `effect`: one call of a port, as a step.
 * - `for-each`, `try`, `body`, `repeat`, `retry`, `parallel`: containers, which the interpreter drives.
 * - `sub-workflow`: another workflow, as a strand of the run.
 */
export type NodeBehaviour =
  | { readonly kind: "pure"; readonly compile: (params: NodeParams) => (scope: Scope) => PureResult }
  | { readonly kind: "wait"; readonly compile: (params: NodeParams) => (scope: Scope, nowMs: number) => number }
  | {
      readonly kind: "effect";
      readonly repeatable: boolean;
      readonly compile: (params: NodeParams) => (scope: Scope) => EffectRequest;
      /** Throws for what comes back and must not. */
      readonly accepts?: (params: NodeParams) => (output: Json) => void;
    }
  | { readonly kind: "body"; readonly compile: (params: NodeParams) => BodyUse }
  | { readonly kind: "durable"; readonly compile: (params: NodeParams) => (tools: NodeTools) => Promise<DurableResult> }
  | { readonly kind: "for-each" }
  | { readonly kind: "try" }
  | { readonly kind: "repeat" }
  | { readonly kind: "retry" }
  | { readonly kind: "parallel" }
  | { readonly kind: "sub-workflow" };

/** The behaviour of one kind. */
export type BehaviourOf<K extends NodeBehaviour["kind"]> = Extract<NodeBehaviour, { readonly kind: K }>;

/** How often a body runs in one run of its node. */
export interface Rounds {
  /** At most this often. Absent: not known. */
  readonly most?: number;
  /** Items of one round. Absent: 1. */
  readonly batch?: number;
  /** Rounds at the same time. Absent: 1. */
  readonly atOnce?: number;
}

/** Where values of a node go outside of the data of the run. */
export type NodeSink = "log" | "metric" | "error" | "person" | "answer" | "event";

/** What one use of a node does besides computing its output: rules of the checker go by it. */
export interface NodeTraits {
  /** Bodies that run more than once, by slot. */
  readonly rounds?: { readonly [slot: string]: Rounds };
  /** Bodies that run again after an error, by slot: how many times in all, at most. */
  readonly repeats?: { readonly [slot: string]: number };
  /** How long it may wait at most, ms. `"forever"`: until somebody or something comes, with no end. */
  readonly waits?: number | "forever";
  /** Key of `with` that would set an end to a wait. */
  readonly expiry?: string;
  /** Keys of `with` whose values leave the run, and where they go. */
  readonly sinks?: { readonly [key: string]: NodeSink };
}

/** One core node. Every file in this folder has the same order: spec, values, bodies, output, behaviour. */
export interface CoreNode {
  readonly spec: NodeSpec;
  /** Where `with` holds computed values; everything else is literal. */
  readonly values: (params: JsonObject) => readonly ValuePlace[];
  /** Keys of `with` that hold rules of data (see `compileRules`), and the schema of the rows they check. */
  readonly rules?: (
    params: JsonObject,
    types: ValueTypes,
  ) => readonly { readonly path: readonly string[]; readonly row: JsonSchema }[];
  readonly bodies?: (params: JsonObject, types: ValueTypes) => readonly BodySlot[];
  /** Ways out that one use has. Absent: those of the spec. */
  readonly outlets?: (params: JsonObject) => readonly string[];
  /** Where it may stand. Absent: anywhere. */
  readonly within?: "loop";
  /** Faults of literal parameters that a schema cannot say; `path` is relative to `with`. */
  readonly check?: (params: JsonObject) => readonly Diagnostic[];
  /** Absent: it computes, and that is all. */
  readonly traits?: (params: JsonObject, types: ValueTypes) => NodeTraits;
  readonly output: (params: JsonObject, types: ValueTypes) => JsonSchema;
  readonly behaviour: NodeBehaviour;
}
