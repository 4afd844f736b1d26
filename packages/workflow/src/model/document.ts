import type { Definitions } from "@mortise/builders";
import type { Json, JsonObject, Value } from "@mortise/contract";
import type { CoreTrigger } from "../triggers/trigger-kinds.ts";

/** A workflow document, `mortise.workflow/1`. */
export interface Workflow {
  readonly format: "mortise.workflow/1";
  readonly name: string;
  readonly description?: string;
  readonly trigger: Trigger;
  readonly nodes: NodeSet;
  /** What the run returns; sees `steps`, `trigger`. Absent: `{}`. */
  readonly output?: Value;
  /** Transformers and rules of one's own that values use, by `name@version`: a document brings what it needs. */
  readonly definitions?: Definitions;
  /** Canvas positions and notes; never read by the interpreter. */
  readonly layout?: JsonObject;
}

/** Nodes by name; names match `^[A-Za-z][A-Za-z0-9_]*$` and are unique in the whole document. */
export type NodeSet = { readonly [name: string]: WorkflowNode };

export interface Trigger {
  /** A core one, or `connector[@version]/trigger`. */
  readonly use: CoreTrigger | `${string}/${string}`;
  /** Of a connector's trigger. */
  readonly connection?: string;
  /** As `TRIGGER_KINDS` describes it, or the `input` of the connector's trigger. */
  readonly with?: JsonObject;
  /** Runs at once, at most; the other events wait. Absent: no limit. */
  readonly concurrency?: number;
  /** Waiting events at most; beyond, the source has to wait itself. Absent: 10,000. */
  readonly queue?: number;
  /** Events of one key start runs one after the other. Absent: no order. */
  readonly order?: TriggerOrder;
}

/** Order of the events of a key. */
export interface TriggerOrder {
  /** Sees `trigger`. */
  readonly by: Value;
  /** Waiting events of one key at most. Absent: 1,000. */
  readonly limit?: number;
  /** How long a run may hold up those behind it, e.g. `"1h"`. Absent: until it ends. */
  readonly patience?: string;
}

export interface WorkflowNode {
  /** `core/<step>` or `connector[@major]/operation`. */
  readonly use: string;
  readonly title?: string;
  readonly note?: string;
  readonly connection?: string;
  /** Parameters; values may be `{$cel}`, `{$text}`, `{$map}`. Bodies of containers (`nodes`, `catch`, `finally`) are node sets inside. */
  readonly with?: JsonObject;
  /** Nodes (`"enrich"`) or branch outlets (`"big.large"`, `"big.else"`) that must have settled. Absent or empty: starts at once. */
  readonly after?: readonly string[];
  /** `all` (default): every entry succeeded or was taken. `any`: at least one. Otherwise the node is skipped. */
  readonly join?: "all" | "any";
  /** `stop` (default): the run fails. `continue`: settles as failed and the next nodes see `steps.x.error`. A node name: that node runs with `error` in scope. */
  readonly onError?: string;
  /** What to do when a write's outcome is unknown after a crash. Absent: `fail` (stops and asks a person). */
  readonly onUnknown?: "fail" | "assume-done";
  /** Does nothing and settles as skipped-through: its successors run as if it were not there. */
  readonly disabled?: boolean;
}

/** A value in a document that is computed at run time. */
export type ComputedValue = { readonly $cel: string } | { readonly $text: string } | { readonly $map: readonly Json[] };
