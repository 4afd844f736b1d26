import type { WorkflowNode } from "@mortise/workflow";

/** An entry of `after`: a node, or one outlet of a branch. */
export interface Reference {
  readonly node: string;
  readonly outlet?: string;
}

/** Reads `"big.large"` as node and outlet. */
export function readReference(text: string): Reference {
  const dot = text.indexOf(".");
  return dot < 0 ? { node: text } : { node: text.slice(0, dot), outlet: text.slice(dot + 1) };
}

/** Writes a reference as it stands in `after`. */
export function writeReference({ node, outlet }: Reference): string {
  return outlet === undefined ? node : `${node}.${outlet}`;
}

/** The node with another `after`; an empty list is left out, and so is a `join` that has nothing to join. */
export function withAfter(node: WorkflowNode, after: readonly string[]): WorkflowNode {
  const { after: _, join, ...rest } = node;
  const unique = [...new Set(after)];
  return {
    ...rest,
    ...(unique.length > 0 ? { after: unique } : {}),
    ...(join !== undefined && unique.length > 1 ? { join } : {}),
  };
}
