// Pins: branches that change sides, steps that overlap, and lines that run through steps.
import type { JsonObject } from "@mortise/contract";
import type { NodeSet, Workflow, WorkflowNode } from "@mortise/workflow";
import { expect, test } from "vitest";
import { graphOf, TRIGGER } from "../../src/canvas/graph.ts";
import { type Box, type Layout, layoutOf } from "../../src/canvas/layout.ts";
import { neighbour } from "../../src/canvas/neighbour.ts";

const flow = (nodes: NodeSet): Workflow => ({ format: "mortise.workflow/1", name: "W", trigger: { use: "manual" }, nodes });
const step = (...after: string[]): WorkflowNode => ({ use: "core/map", ...(after.length > 0 ? { after } : {}) });
const branch = (cases: readonly string[], ...after: string[]): WorkflowNode => ({
  use: "core/branch",
  ...(after.length > 0 ? { after } : {}),
  with: { cases: Object.fromEntries(cases.map((name) => [name, { $cel: "true" }])) },
});
const body = (nodes: NodeSet) => ({ nodes }) as unknown as JsonObject;
const boxOf = (layout: Layout, id: string) => layout.vertices.find(({ vertex }) => vertex.id === id)?.box as Box;

test("Branches stand from left to right in the order of the document, whatever their number.", () => {
  for (const count of [2, 3, 5, 8]) {
    const cases = Array.from({ length: count }, (_, index) => `c${index}`);
    const layout = layoutOf(
      graphOf(flow({ pick: branch(cases), ...Object.fromEntries(cases.map((name) => [`n_${name}`, step(`pick.${name}`)])) })),
    );
    const xs = [...cases.map((name) => boxOf(layout, `n_${name}`).x), boxOf(layout, "add:/nodes:pick.else").x];
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
  }
});

test("No two steps of one set overlap, and every step lies below what it follows.", () => {
  const document = flow({
    a: step(),
    pick: branch(["x", "y"], "a"),
    b: step("pick.x"),
    c: { use: "core/for-each", after: ["pick.y"], with: body({ i: step(), j: step("i"), k: step("i") }) },
    d: { ...step("b", "c", "pick.else"), join: "any" },
  });
  const layout = layoutOf(graphOf(document));
  for (const one of layout.vertices) {
    for (const two of layout.vertices) {
      if (one === two || one.parent !== two.parent) continue;
      const apart =
        one.box.x + one.box.width <= two.box.x ||
        two.box.x + two.box.width <= one.box.x ||
        one.box.y + one.box.height <= two.box.y ||
        two.box.y + two.box.height <= one.box.y;
      expect(apart, `${one.vertex.id} and ${two.vertex.id}`).toBe(true);
    }
  }
  expect(boxOf(layout, "d").y).toBeGreaterThan(boxOf(layout, "c").y + boxOf(layout, "c").height);
  expect(boxOf(layout, TRIGGER).y).toBe(0);
});

test("A container is as large as its body and holds it.", () => {
  const layout = layoutOf(graphOf(flow({ loop: { use: "core/for-each", with: body({ i: step(), j: step("i") }) } })));
  const { width, height } = boxOf(layout, "loop");
  for (const { box, parent } of layout.vertices) {
    if (parent !== "loop") continue;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
  }
});

test("A line that skips a row passes beside the steps of that row.", () => {
  const layout = layoutOf(
    graphOf(flow({ pick: branch(["x"]), b: step("pick.x"), c: step("b"), d: { ...step("c", "pick.else"), join: "any" } })),
  );
  const long = layout.edges.find(({ edge }) => edge.source === "pick" && edge.target === "d");
  const row = boxOf(layout, "b");
  const points = [...(long?.path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g) ?? [])].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  const crossing = points.slice(1).some((point, index) => {
    const from = points[index] as { x: number; y: number };
    const passesRow = Math.min(from.y, point.y) < row.y + row.height && Math.max(from.y, point.y) > row.y;
    return passesRow && Math.min(from.x, point.x) < row.x + row.width && Math.max(from.x, point.x) > row.x;
  });
  expect(points.length).toBeGreaterThan(3);
  expect(crossing).toBe(false);
});

test("Every open end, and every outlet that nothing follows, has a place to add a step.", () => {
  const graph = graphOf(flow({ pick: branch(["x"]), b: step("pick.x") }));
  expect(graph.vertices.flatMap((vertex) => (vertex.kind === "add" ? [vertex.place.after] : []))).toEqual(["pick.else", "b"]);
  expect(graphOf(flow({})).vertices.flatMap((vertex) => (vertex.kind === "add" ? [vertex.place] : []))).toEqual([
    { set: "/nodes", after: null },
  ]);
});

test("A step that only handles errors hangs on the step it handles, not on the trigger.", () => {
  const graph = graphOf(flow({ a: { use: "http@1/call", onError: "tell" }, tell: step() }));
  expect(graph.edges.filter(({ target }) => target === "tell")).toMatchObject([{ source: "a", onError: true }]);
});

test("Arrow keys reach every step from the trigger.", () => {
  const layout = layoutOf(graphOf(flow({ pick: branch(["x"]), b: step("pick.x"), c: step("pick.else") })));
  expect(neighbour(layout, TRIGGER, "down")).toBe("pick");
  expect(neighbour(layout, "b", "right")).toBe("c");
  expect(neighbour(layout, "c", "left")).toBe("b");
  expect(neighbour(layout, "b", "up")).toBe("pick");
});

test("500 steps are placed in under four seconds.", () => {
  const nodes: { [name: string]: WorkflowNode } = { n0: step() };
  for (let index = 1; index < 500; index++) nodes[`n${index}`] = step(`n${index - (index % 3 === 0 ? 2 : 1)}`);
  const start = performance.now();
  layoutOf(graphOf(flow(nodes)));
  expect(performance.now() - start).toBeLessThan(4_000);
});
