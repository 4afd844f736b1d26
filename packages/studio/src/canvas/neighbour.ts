import type { Box, Layout } from "./layout.ts";

export type Direction = "up" | "down" | "left" | "right";

/** The step that lies nearest in a direction, sideways offset counting twice; undefined at the border. */
export function neighbour(layout: Layout, from: string, direction: Direction): string | undefined {
  const boxes = absoluteBoxes(layout);
  const own = boxes.get(from);
  if (!own) return undefined;
  let best: { readonly id: string; readonly cost: number } | undefined;
  for (const [id, box] of boxes) {
    if (id === from) continue;
    const dx = centre(box).x - centre(own).x;
    const dy = box.y - own.y;
    const [along, aside] = { up: [-dy, dx], down: [dy, dx], left: [-dx, dy], right: [dx, dy] }[direction] as [number, number];
    const cost = along + 2 * Math.abs(aside);
    if (
      along > 4 &&
      (direction === "up" || direction === "down" || Math.abs(aside) < 60) &&
      cost < (best?.cost ?? Number.POSITIVE_INFINITY)
    )
      best = { id, cost };
  }
  return best?.id;
}

/** Boxes of the trigger and of all steps, in the coordinates of the whole canvas. */
function absoluteBoxes(layout: Layout): ReadonlyMap<string, Box> {
  const all = new Map<string, Box>();
  const steps = new Map<string, Box>();
  for (const { vertex, box, parent } of layout.vertices) {
    const around = parent === undefined ? undefined : all.get(parent);
    const absolute = { ...box, x: box.x + (around?.x ?? 0), y: box.y + (around?.y ?? 0) };
    all.set(vertex.id, absolute);
    if (vertex.kind === "step" || vertex.kind === "container" || (vertex.kind === "start" && vertex.slot === undefined))
      steps.set(vertex.id, absolute);
  }
  return steps;
}

function centre(box: Box): { readonly x: number; readonly y: number } {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
