import { type Contract, type Json, type JsonObject, type Operation, parsePointer } from "@mortise/contract";
import type { SimulatorClock } from "../time/simulator-clock.ts";

/** The fields that a creation or a change gives an entity by itself. */
export type Stamp = () => JsonObject;

const NONE: Stamp = () => ({});

/**
 * What incremental reads of a list go by, set to the moment: without it nothing that is new would be found. `count` stands in where it is a
 * plain number.
 */
export function stampOf(list: Operation | undefined, clock: SimulatorClock, count: () => number): Stamp {
  const { cursor = "", as } = list?.incremental ?? {};
  const [field, ...deeper] = parsePointer(cursor) ?? [];
  if (field === undefined || deeper.length > 0 || as === undefined) return NONE;
  return () => ({ [field]: momentAs(as, clock.now(), count()) });
}

function momentAs(as: NonNullable<Contract["operations"][string]["incremental"]>["as"], nowMs: number, count: number): Json {
  switch (as) {
    case "date-time":
    case "text":
      return new Date(nowMs).toISOString();
    case "date":
      return new Date(nowMs).toISOString().slice(0, 10);
    case "epoch_s":
      return Math.floor(nowMs / 1_000);
    case "epoch_ms":
      return Math.floor(nowMs);
    case "number":
      return 1_000_000 + count;
  }
}
