import { parsePointer } from "@mortise/contract";
import { type NodeStatus, nodeStatuses, type RunState } from "./run-state.ts";

/** Statuses by node name: names are unique in a document, so the last segment of the pointer is enough. */
export function statusesByName(run: RunState): { readonly [name: string]: NodeStatus } {
  return Object.fromEntries(
    Object.entries(nodeStatuses(run)).map(([pointer, status]) => [parsePointer(pointer)?.at(-1) ?? pointer, status]),
  );
}
