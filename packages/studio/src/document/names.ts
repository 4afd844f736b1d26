import type { Workflow } from "@mortise/workflow";
import { allNodes } from "./node-sets.ts";

/** What a node's name must look like. */
export const NODE_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** A name for a new node of this kind that the document does not use yet: `findCompany`, then `findCompany2`. */
export function freeName(document: Workflow, use: string, taken: ReadonlySet<string> = new Set()): string {
  const used = new Set([...allNodes(document).map(({ name }) => name), ...taken]);
  const wanted = wordsToName(use.slice(use.lastIndexOf("/") + 1));
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted.replace(/\d+$/, "")}${count}`;
    if (!used.has(name)) return name;
  }
}

/** `for-each` becomes `forEach`; a text without letters becomes `step`. */
export function wordsToName(text: string): string {
  const [first = "", ...rest] = text.split(/[^A-Za-z0-9_]+/).filter(Boolean);
  const name =
    first.charAt(0).toLowerCase() + first.slice(1) + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return NODE_NAME.test(name) ? name : "step";
}
