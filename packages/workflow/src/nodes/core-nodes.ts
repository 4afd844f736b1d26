import { approval } from "./approval.ts";
import { branch } from "./branch.ts";
import { callback } from "./callback.ts";
import type { CoreNode } from "./core-node.ts";
import { event } from "./event.ts";
import { fail } from "./fail.ts";
import { forEach } from "./for-each.ts";
import { form } from "./form.ts";
import { map } from "./map.ts";
import { tryNode } from "./try.ts";
import { validate } from "./validate.ts";
import { wait } from "./wait.ts";

/** The nodes that need no connector, in the order in which the builder lists them. */
export const coreNodes: readonly CoreNode[] = Object.freeze([
  branch,
  forEach,
  tryNode,
  wait,
  event,
  callback,
  approval,
  form,
  fail,
  map,
  validate,
]);

const BY_USE: ReadonlyMap<string, CoreNode> = new Map(coreNodes.map((node) => [node.spec.use, node]));

/** The core node of that name; undefined for an operation and for a name that is none. */
export function coreNode(use: unknown): CoreNode | undefined {
  return typeof use === "string" ? BY_USE.get(use) : undefined;
}
