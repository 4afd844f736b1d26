import type { CompiledValue } from "@mortise/builders";
import type { Json, JsonSchema } from "@mortise/contract";
import type { Certainty } from "../graph/certainty.ts";
import type { NameSet } from "../graph/name-set.ts";
import type { Order } from "../graph/order.ts";
import type { GraphNode, SetGraph } from "../graph/set-graph.ts";
import type { PlacedNode } from "../graph/walk-nodes.ts";
import type { Workflow } from "../model/document.ts";
import type { CoreNode, NodeTraits } from "../nodes/core-node.ts";
import type { FoundOperation } from "./catalogue.ts";
import type { ConnectionFacts } from "./connection-facts.ts";
import type { DataPolicy } from "./data-policy.ts";

/** A computed value inside of a value. */
export interface CheckedPart {
  /** JSON pointer in the document. */
  readonly path: string;
  /** `{$cel}`, `{$text}` or `{$map}`. */
  readonly value: Json;
  readonly reads: CompiledValue["reads"];
}

/** A value of the document that was checked. */
export interface CheckedValue {
  /** Node that it belongs to; undefined: the workflow's own output. */
  readonly node: string | undefined;
  readonly path: string;
  readonly value: Json;
  readonly type: JsonSchema;
  /** Whether it is the same in every run. */
  readonly isLiteral: boolean;
  readonly parts: readonly CheckedPart[];
}

/** A node set that was checked. */
export interface CheckedSet {
  readonly graph: SetGraph;
  readonly order: Order;
  readonly certainty: ReadonlyMap<string, Certainty>;
  readonly ancestors: ReadonlyMap<string, NameSet>;
}

/** A node that calls an operation. */
export interface CheckedCall {
  readonly graph: GraphNode;
  readonly found: FoundOperation;
  /** What is known of its connection. Undefined: it has none, or nothing is known of it. */
  readonly connection: ConnectionFacts | undefined;
}

/** A core node. */
export interface CheckedCore {
  readonly graph: GraphNode;
  readonly core: CoreNode;
  readonly traits: NodeTraits;
}

/** What the types of a document have brought to light; the rules read it. */
export interface Facts {
  readonly workflow: Workflow;
  readonly placed: ReadonlyMap<string, PlacedNode>;
  /** In the order in which they can be computed. */
  readonly values: readonly CheckedValue[];
  /** Values of a node; `undefined`: of the workflow's output. */
  readonly valuesOf: ReadonlyMap<string | undefined, readonly CheckedValue[]>;
  readonly sets: ReadonlyMap<string, CheckedSet>;
  readonly calls: ReadonlyMap<string, CheckedCall>;
  readonly cores: ReadonlyMap<string, CheckedCore>;
  readonly policy: DataPolicy;
  /** Items that a list or stream is expected to have, by the node that loops over it. */
  readonly expected: { readonly [node: string]: number };
  /** ISO 8601 calendar date. Undefined: nothing is past. */
  readonly today: string | undefined;
}
