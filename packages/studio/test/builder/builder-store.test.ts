// Pins S1 to S3: an undo that takes back one letter, or more than one action, or nothing at all.
import { expect, test } from "vitest";
import { createBuilderStore } from "../../src/builder/builder-store.ts";
import { newWorkflow } from "../../src/document/new-workflow.ts";

function opened() {
  let now = 0;
  const store = createBuilderStore(newWorkflow("A"), () => now);
  const rename = (name: string, gesture?: string) =>
    store.getState().edit((document) => ({ ...document, name }), gesture === undefined ? {} : { gesture });
  return {
    store,
    rename,
    later: (ms: number) => (now += ms),
    undo: () => store.temporal.getState().undo(),
    name: () => store.getState().document.name,
  };
}

test("Typing in one field is one undo step; a pause or another field starts the next one.", () => {
  const { rename, later, undo, name } = opened();
  for (const text of ["AB", "ABC", "ABCD"]) {
    rename(text, "name");
    later(200);
  }
  later(2_000);
  rename("E", "name");
  rename("F", "other");
  undo();
  expect(name()).toBe("E");
  undo();
  expect(name()).toBe("ABCD");
  undo();
  expect(name()).toBe("A");
});

test("Undo brings the selection back with the step, and selecting alone is no undo step.", () => {
  const { store, undo } = opened();
  const { edit, select } = store.getState();
  edit((document) => ({ ...document, nodes: { a: { use: "core/map" } } }), { select: "a" });
  select(null);
  select("a");
  edit((document) => ({ ...document, nodes: {} }));
  expect(store.getState().selected).toBeNull();
  undo();
  expect(store.getState()).toMatchObject({ selected: "a", document: { nodes: { a: {} } } });
  undo();
  expect(store.getState().document.nodes).toEqual({});
  expect(store.temporal.getState().pastStates).toHaveLength(0);
});

test("An edit that changes nothing leaves no undo step.", () => {
  const { store } = opened();
  store.getState().edit((document) => document);
  expect(store.temporal.getState().pastStates).toHaveLength(0);
});
