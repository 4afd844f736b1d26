import type { Json } from "@mortise/contract";
import type { Workflow } from "../../../src/index.ts";
import type { JournalEngine } from "../../support/journal-engine.ts";
import { engineFor, Recorded, World } from "../../support/world.ts";

/** One use of a node, called `x`, in a workflow whose other nodes all come after it. */
export interface NodeCase {
  readonly workflow: Workflow;
  /** What the run returns, or the code of the error that ends it. */
  readonly comesTo: { readonly output: Json } | { readonly code: string };
  /** Opens a run in a world of its own. Absent: one that answers every call. */
  readonly open?: (workflow: Workflow) => Opened;
  /** The machine's clock or chance is in its output, so that no two runs come to the same. */
  readonly differs?: true;
}

/** A run that was not started yet. */
export interface Opened {
  readonly engine: JournalEngine;
  readonly log: Recorded;
  /** What reached the outside so far, by name. */
  readonly calls: () => readonly string[];
}

/** The cases of one node. A node that cannot fail says why. */
export interface NodeCases {
  readonly success: NodeCase;
  readonly failure: NodeCase | { readonly never: string };
  /** More that survives every crash and every cancel. */
  readonly more?: { readonly [title: string]: NodeCase };
}

/** Cases by the node's `use`. */
export type CasesByNode = { readonly [use: string]: NodeCases };

/** Opens a run in a world that answers as told. */
export function inWorld(
  newWorld: () => World = () => new World(),
  more: () => Parameters<typeof engineFor>[2] = () => ({}),
): (workflow: Workflow) => Opened {
  return (workflow) => {
    const world = newWorld();
    const log = new Recorded();
    return { engine: engineFor(workflow, world, { log, ...more() }), log, calls: () => world.paths };
  };
}
