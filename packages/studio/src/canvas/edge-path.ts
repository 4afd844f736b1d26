import type { Box } from "./layout.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Band {
  readonly top: number;
  readonly bottom: number;
  readonly centre: number;
}

const RADIUS = 8;

/**
 * Draws a line with right angles that runs sideways only in the gaps between rows, so it never crosses a node: a line that skips
 * rows passes them where dagre kept room for it.
 */
export function edgePath(
  source: Box,
  target: Box,
  points: readonly Point[],
  bands: readonly Band[],
): { path: string; middle: Point; label: Point } {
  const from = { x: source.x + source.width / 2, y: source.y + source.height };
  const to = { x: target.x + target.width / 2, y: target.y };
  const passed = bands.filter(
    (band) => band.centre > source.y + source.height / 2 + 2 && band.centre < target.y + target.height / 2 - 2,
  );
  const stops = [...passed.map((band) => nearestX(points, band.centre, from.x)), to.x];
  const own = bands.find((band) => Math.abs(band.centre - (source.y + source.height / 2)) <= 3);
  const last = bands.find((band) => Math.abs(band.centre - (target.y + target.height / 2)) <= 3);
  const edges = [{ top: 0, bottom: own?.bottom ?? from.y }, ...passed, { top: last?.top ?? to.y, bottom: 0 }];
  const line: Point[] = [from];
  let x = from.x;
  stops.forEach((next, index) => {
    const y = Math.round(((edges[index]?.bottom ?? from.y) + (edges[index + 1]?.top ?? to.y)) / 2);
    if (Math.abs(next - x) > 1) line.push({ x, y }, { x: next, y });
    x = next;
  });
  line.push(to);
  const lastGap = Math.round(((edges.at(-2)?.bottom ?? from.y) + to.y) / 2);
  const straight = line.length === 2;
  return {
    path: rounded(line),
    middle: straight ? { x: to.x, y: Math.round((from.y + to.y) / 2) } : { x: to.x, y: Math.round((lastGap + to.y) / 2) + 4 },
    label: straight ? { x: to.x, y: from.y + 14 } : { x: line[2]?.x ?? to.x, y: line[2]?.y ?? to.y },
  };
}

function nearestX(points: readonly Point[], y: number, fallback: number): number {
  let best: Point | undefined;
  for (const point of points) if (!best || Math.abs(point.y - y) < Math.abs(best.y - y)) best = point;
  return Math.round(best?.x ?? fallback);
}

/** A polyline as an SVG path with round corners. */
export function rounded(line: readonly Point[]): string {
  const [first, ...rest] = line;
  if (!first) return "";
  let path = `M${first.x},${first.y}`;
  rest.forEach((point, index) => {
    const before = line[index] as Point;
    const after = rest[index + 1];
    if (!after) {
      path += ` L${point.x},${point.y}`;
      return;
    }
    const into = towards(point, before);
    const out = towards(point, after);
    path += ` L${into.x},${into.y} Q${point.x},${point.y} ${out.x},${out.y}`;
  });
  return path;
}

function towards(corner: Point, end: Point): Point {
  const length = Math.hypot(end.x - corner.x, end.y - corner.y);
  const step = length === 0 ? 0 : Math.min(RADIUS, length / 2) / length;
  return { x: corner.x + (end.x - corner.x) * step, y: corner.y + (end.y - corner.y) * step };
}
