// Pins: an edit that leaves the graph torn: a step that follows nothing, follows a step that is gone, or lost its branch outlet.
import type { Workflow } from "@mortise/workflow";
import { expect, test } from "vitest";
import { deleteNode } from "../../src/document/delete-node.ts";
import { duplicateNode } from "../../src/document/duplicate-node.ts";
import { insertNode } from "../../src/document/insert-node.ts";
import { moveDown, moveNode, moveUp } from "../../src/document/move-node.ts";
import { allNodes, findNode, nodeAtPointer } from "../../src/document/node-sets.ts";
import { renameNode } from "../../src/document/rename-node.ts";
import { setParams } from "../../src/document/set-params.ts";

const flow: Workflow = {
  format: "mortise.workflow/1",
  name: "Orders",
  trigger: { use: "webhook" },
  nodes: {
    find: { use: "crm@1/find", with: { email: { $cel: "trigger.body.email" } } },
    big: { use: "core/branch", after: ["find"], with: { cases: { large: { $cel: "steps.find.output.total > 100" } } } },
    mail: {
      use: "smtp@1/send",
      after: ["big.large"],
      with: { text: { $text: "Hi ${steps.find.output.name}, ${steps.findings}" } },
    },
    save: { use: "postgres@1/insert", after: ["mail", "big.else"], join: "any", onError: "mail" },
    each: {
      use: "core/for-each",
      after: ["save"],
      with: {
        items: { $cel: "steps.find.output.lines" },
        nodes: { one: { use: "http@1/call", with: { q: { $cel: "steps.find.output.id" } } } },
      },
    },
  },
  output: { name: { $cel: "steps.find.output.name" } },
};
const after = (document: Workflow, name: string) => findNode(document, name)?.node.after;

test("A step inserted on a line takes over its start and the step behind it follows the new one.", () => {
  const next = insertNode(flow, { set: "/nodes", after: "big.large", before: "mail" }, "wait", { use: "core/wait" });
  expect(after(next, "wait")).toEqual(["big.large"]);
  expect(after(next, "mail")).toEqual(["wait"]);
  expect(after(next, "save")).toEqual(["mail", "big.else"]);
  expect(Object.keys(next.nodes)).toEqual(["find", "big", "wait", "mail", "save", "each"]);
});

test("A step inserted at the start has no `after`, and only the step on that line follows it.", () => {
  const next = insertNode(flow, { set: "/nodes", after: null, before: "find" }, "first", { use: "core/map" });
  expect(after(next, "first")).toBeUndefined();
  expect(after(next, "find")).toEqual(["first"]);
});

test("A branch inserted on a line hands its first outlet to the step behind it.", () => {
  const branch = { use: "core/branch", with: { cases: { yes: { $cel: "true" } } } };
  const next = insertNode(flow, { set: "/nodes", after: "save", before: "each" }, "check", branch);
  expect(after(next, "each")).toEqual(["check.yes"]);
});

test("A step goes into the empty body of a container.", () => {
  const next = insertNode(flow, { set: "/nodes/each/with/nodes", after: "one" }, "two", { use: "core/map" });
  expect(findNode(next, "two")).toMatchObject({
    pointer: "/nodes/each/with/nodes/two",
    parents: ["each"],
    node: { after: ["one"] },
  });
});

test("Deleting a step closes the gap: what followed it follows what it followed, outlets included.", () => {
  const next = deleteNode(flow, "mail");
  expect(after(next, "save")).toEqual(["big.large", "big.else"]);
  expect(findNode(next, "save")?.node.join).toBe("any");
  expect(findNode(next, "save")?.node.onError).toBeUndefined();
});

test("Deleting a branch joins its outlets to the step before it, and drops a join that has nothing left to join.", () => {
  const next = deleteNode(deleteNode(flow, "mail"), "big");
  expect(after(next, "save")).toEqual(["find"]);
  expect(findNode(next, "save")?.node.join).toBeUndefined();
});

test("Deleting a step does not keep an entry that another one implies.", () => {
  const nodes = {
    a: { use: "core/map" },
    b: { use: "core/map", after: ["a"] },
    c: { use: "core/map", after: ["a"] },
    d: { use: "core/map", after: ["b", "c"] },
  };
  expect(deleteNode({ ...flow, nodes }, "c").nodes.d?.after).toEqual(["b"]);
});

test("Renaming a step changes `after`, `onError` and expressions, and nothing that only looks alike.", () => {
  const next = renameNode(flow, "find", "lookup");
  expect(after(next, "big")).toEqual(["lookup"]);
  expect(findNode(next, "mail")?.node.with).toEqual({ text: { $text: "Hi ${steps.lookup.output.name}, ${steps.findings}" } });
  expect(findNode(next, "one")?.node.with).toEqual({ q: { $cel: "steps.lookup.output.id" } });
  expect(next.output).toEqual({ name: { $cel: "steps.lookup.output.name" } });
  expect(renameNode(flow, "mail", "send").nodes.save).toMatchObject({ after: ["send", "big.else"], onError: "send" });
  expect(renameNode(flow, "big", "size").nodes.save?.after).toEqual(["mail", "size.else"]);
});

test("Moving a step closes the gap behind it and opens one in front of it.", () => {
  const next = moveNode(flow, "mail", { set: "/nodes", after: null, before: "find" });
  expect(after(next, "find")).toEqual(["mail"]);
  expect(after(next, "save")).toEqual(["big.large", "big.else"]);
});

test("A container is never moved into itself.", () => {
  expect(moveNode(flow, "each", { set: "/nodes/each/with/nodes", after: null })).toBe(flow);
});

test("Up and down swap a step with its neighbour and undo each other.", () => {
  const up = moveUp(flow, "each");
  expect(after(up, "each")).toEqual(["mail"]);
  const nodes = { a: { use: "core/map" }, b: { use: "core/map", after: ["a"] }, c: { use: "core/map", after: ["b"] } };
  const moved = moveDown({ ...flow, nodes }, "a");
  expect([after(moved, "b"), after(moved, "a"), after(moved, "c")]).toEqual([undefined, ["b"], ["a"]]);
  expect(moveUp(moved, "a").nodes).toEqual(nodes);
});

test("A copy has names of its own, inside too, and reads its own steps.", () => {
  const container = setParams(flow, "each", {
    items: { $cel: "steps.find.output.lines" },
    nodes: {
      one: { use: "http@1/call" },
      two: { use: "core/map", after: ["one"], with: { value: { $cel: "steps.one.output" } } },
    },
  });
  const copy = duplicateNode(container, "each");
  expect(copy.name).toBe("each2");
  expect(after(copy.document, "each2")).toEqual(["each"]);
  expect(findNode(copy.document, "two2")?.node).toMatchObject({
    after: ["one2"],
    with: { value: { $cel: "steps.one2.output" } },
  });
  expect(new Set(allNodes(copy.document).map(({ name }) => name)).size).toBe(allNodes(copy.document).length);
});

test("A renamed case takes its followers along; those of a removed case follow `else`.", () => {
  expect(after(setParams(flow, "big", { cases: { huge: { $cel: "true" } } }), "mail")).toEqual(["big.huge"]);
  expect(after(setParams(flow, "big", { cases: {} }), "mail")).toEqual(["big.else"]);
});

test("A pointer leads to the innermost node it lies in.", () => {
  expect(nodeAtPointer(flow, "/nodes/each/with/nodes/one/with/q")).toBe("one");
  expect(nodeAtPointer(flow, "/nodes/each/with/items")).toBe("each");
  expect(nodeAtPointer(flow, "/trigger")).toBeUndefined();
});
