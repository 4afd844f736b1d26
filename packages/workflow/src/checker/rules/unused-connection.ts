import { asObject } from "../../model/loose.ts";
import { contractOf } from "../catalogue.ts";
import type { Facts } from "../facts.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** A node that names a connection uses one. */
export const unusedConnection: WorkflowRule = {
  code: "UNUSED_CONNECTION",
  check: (facts) =>
    [...facts.placed.values()].flatMap(({ name, node, pointer }) => {
      if (typeof node.connection !== "string" || !isUnused(facts, name)) return [];
      const message = `"${name}" names the connection "${node.connection}" and does not use it: ${reason(facts, name)}.`;
      const path = `${pointer}/connection`;
      return [finding("UNUSED_CONNECTION", "warning", path, message, { title: "Remove it.", patch: [{ op: "remove", path }] })];
    }),
};

function isUnused({ cores, calls }: Facts, name: string): boolean {
  if (cores.has(name)) return true;
  const call = calls.get(name);
  if (call === undefined) return false;
  const { auth, settings } = contractOf(call.found);
  const hasSettings = Object.keys(asObject(settings?.properties)).length > 0;
  return !hasSettings && (Object.keys(auth).length === 0 || call.found.operation.auth?.length === 0);
}

function reason({ cores, calls }: Facts, name: string): string {
  if (cores.has(name)) return "it calls no other system";
  return `${calls.get(name)?.found.operation.title} needs neither a credential nor settings`;
}
