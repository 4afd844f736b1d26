import dagre from "@dagrejs/dagre";
import { edgePath, type Point } from "./edge-path.ts";
import type { GraphEdge, SetGraph, Vertex } from "./graph.ts";

/** Sizes of the visual language, px. */
export const SIZE = Object.freeze({
  step: { width: 240, height: 68 },
  add: { width: 28, height: 28 },
  start: { width: 132, height: 28 },
  header: 68,
  padding: 20,
  rank: 64,
  sibling: 40,
});

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedVertex {
  readonly vertex: Vertex;
  /** Relative to the container it lies in. */
  readonly box: Box;
  /** Container it lies in. */
  readonly parent?: string;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** SVG path, in the coordinates of the whole canvas. */
  readonly path: string;
  /** Where its button sits. */
  readonly middle: Point;
  /** Where its outlet's name stands. */
  readonly label: Point;
}

export interface Layout {
  /** Containers come before what lies in them. */
  readonly vertices: readonly PlacedVertex[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

/**
 * Places a graph from top to bottom. Nodes and lines are fed in reverse, which is what makes dagre keep the order of branches
 * from left to right as the document has it.
 */
export function layoutOf(graph: SetGraph): Layout {
  return shift(layoutSet(graph, undefined), 0, 0);
}

interface Inner {
  readonly layout: Layout;
  readonly at: Point;
}

function layoutSet(graph: SetGraph, parent: string | undefined): Layout {
  const flow = new dagre.graphlib.Graph({ multigraph: true });
  flow.setGraph({ rankdir: "TB", ranksep: SIZE.rank, nodesep: SIZE.sibling, marginx: 0, marginy: 0 });
  const inner = new Map<string, readonly Inner[]>();
  const sizes = new Map<string, { width: number; height: number }>();
  for (const vertex of graph.vertices) {
    if (vertex.kind === "container") {
      const bodies = placeBodies(vertex);
      inner.set(vertex.id, bodies.inner);
      sizes.set(vertex.id, bodies.size);
    } else sizes.set(vertex.id, sizeOf(vertex));
  }
  for (const vertex of [...graph.vertices].reverse()) flow.setNode(vertex.id, { ...sizes.get(vertex.id) });
  for (const edge of [...graph.edges].reverse()) flow.setEdge(edge.source, edge.target, {}, edge.id);
  dagre.layout(flow);

  const boxes = new Map<string, Box>();
  for (const vertex of graph.vertices) {
    const { x = 0, y = 0, width = 0, height = 0 } = flow.node(vertex.id);
    boxes.set(vertex.id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height });
  }
  const bands = bandsOf([...boxes.values()]);
  const vertices: PlacedVertex[] = [];
  const edges: PlacedEdge[] = [];
  for (const vertex of graph.vertices) {
    const box = boxes.get(vertex.id) as Box;
    vertices.push({ vertex, box, ...(parent === undefined ? {} : { parent }) });
    for (const { layout, at } of inner.get(vertex.id) ?? []) {
      const moved = shift(layout, at.x, at.y);
      vertices.push(...moved.vertices);
      edges.push(...shift({ ...layout, vertices: [] }, box.x + at.x, box.y + at.y).edges);
    }
  }
  for (const edge of graph.edges) {
    const source = boxes.get(edge.source);
    const target = boxes.get(edge.target);
    if (!source || !target) continue;
    const points = (flow.edge(edge.source, edge.target, edge.id)?.points ?? []) as readonly Point[];
    edges.push({ edge, ...edgePath(source, target, points, bands) });
  }
  const all = [...boxes.values()];
  return {
    vertices,
    edges,
    width: Math.max(0, ...all.map((box) => box.x + box.width)),
    height: Math.max(0, ...all.map((box) => box.y + box.height)),
  };
}

function sizeOf(vertex: Vertex): { width: number; height: number } {
  if (vertex.kind === "add") return SIZE.add;
  if (vertex.kind === "start" && vertex.slot !== undefined) return SIZE.start;
  return SIZE.step;
}

/** A container's bodies stand side by side below its head. */
function placeBodies(vertex: Extract<Vertex, { kind: "container" }>): {
  inner: readonly Inner[];
  size: { width: number; height: number };
} {
  let x = SIZE.padding;
  let height = 0;
  const top = SIZE.header + 16;
  const inner = vertex.bodies.map(({ graph }) => {
    const layout = layoutSet(graph, vertex.id);
    const at = { x, y: top };
    x += layout.width + SIZE.padding;
    height = Math.max(height, layout.height);
    return { layout, at };
  });
  const width = Math.max(x, SIZE.step.width + 2 * SIZE.padding);
  const slack = (width - x) / 2;
  return {
    inner: inner.map(({ layout, at }) => ({ layout, at: { x: Math.round(at.x + slack), y: at.y } })),
    size: { width, height: top + height + SIZE.padding },
  };
}

/** The rows that vertices stand in, top to bottom: vertices of a rank share their centre line. */
function bandsOf(boxes: readonly Box[]): readonly { top: number; bottom: number; centre: number }[] {
  const rows = new Map<number, { top: number; bottom: number; centre: number }>();
  for (const { y, height } of boxes) {
    const centre = Math.round(y + height / 2);
    const near = [...rows.keys()].find((key) => Math.abs(key - centre) <= 2) ?? centre;
    const row = rows.get(near);
    rows.set(near, { top: Math.min(row?.top ?? y, y), bottom: Math.max(row?.bottom ?? 0, y + height), centre: near });
  }
  return [...rows.values()].sort((a, b) => a.centre - b.centre);
}

/** Moves a layout; only the outermost vertices move, since the others are relative to their container. */
function shift(layout: Layout, dx: number, dy: number): Layout {
  if (dx === 0 && dy === 0) return layout;
  const own = layout.vertices[0]?.parent;
  return {
    ...layout,
    vertices: layout.vertices.map((placed) =>
      placed.parent === own ? { ...placed, box: { ...placed.box, x: placed.box.x + dx, y: placed.box.y + dy } } : placed,
    ),
    edges: layout.edges.map((edge) => ({
      ...edge,
      path: edge.path.replaceAll(/(-?[\d.]+),(-?[\d.]+)/g, (_, x: string, y: string) => `${Number(x) + dx},${Number(y) + dy}`),
      middle: { x: edge.middle.x + dx, y: edge.middle.y + dy },
      label: { x: edge.label.x + dx, y: edge.label.y + dy },
    })),
  };
}
