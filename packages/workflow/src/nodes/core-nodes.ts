import { aggregate } from "./aggregate.ts";
import { approval } from "./approval.ts";
import { branch } from "./branch.ts";
import { breakNode } from "./break.ts";
import { cache } from "./cache.ts";
import { callback } from "./callback.ts";
import { code } from "./code.ts";
import { collect } from "./collect.ts";
import type { CoreNode } from "./core-node.ts";
import { deadLetter } from "./dead-letter.ts";
import { debounce } from "./debounce.ts";
import { deduplicate } from "./deduplicate.ts";
import { enrich } from "./enrich.ts";
import { event } from "./event.ts";
import { fail } from "./fail.ts";
import { filter } from "./filter.ts";
import { forEach } from "./for-each.ts";
import { form } from "./form.ts";
import { group } from "./group.ts";
import { join } from "./join.ts";
import { log } from "./log.ts";
import { loop } from "./loop.ts";
import { map } from "./map.ts";
import { merge } from "./merge.ts";
import { metric } from "./metric.ts";
import { parallel } from "./parallel.ts";
import { respond } from "./respond.ts";
import { retry } from "./retry.ts";
import { saga } from "./saga.ts";
import { setNode } from "./set.ts";
import { split } from "./split.ts";
import { stop } from "./stop.ts";
import { subWorkflow } from "./sub-workflow.ts";
import { switchNode } from "./switch.ts";
import { throttle } from "./throttle.ts";
import { tryNode } from "./try.ts";
import { validate } from "./validate.ts";
import { wait } from "./wait.ts";
import { whileNode } from "./while.ts";

/** The nodes that need no connector, in the order in which the builder lists them. */
export const coreNodes: readonly CoreNode[] = Object.freeze([
  branch,
  switchNode,
  forEach,
  loop,
  whileNode,
  breakNode,
  parallel,
  group,
  tryNode,
  retry,
  saga,
  subWorkflow,
  wait,
  event,
  callback,
  approval,
  form,
  throttle,
  debounce,
  deduplicate,
  respond,
  stop,
  fail,
  log,
  metric,
  map,
  setNode,
  filter,
  split,
  aggregate,
  collect,
  merge,
  join,
  enrich,
  cache,
  deadLetter,
  validate,
  code,
]);

const BY_USE: ReadonlyMap<string, CoreNode> = new Map(coreNodes.map((node) => [node.spec.use, node]));

/** The core node of that name; undefined for an operation and for a name that is none. */
export function coreNode(use: unknown): CoreNode | undefined {
  return typeof use === "string" ? BY_USE.get(use) : undefined;
}
