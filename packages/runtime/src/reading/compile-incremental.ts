import { hash } from "node:crypto";
import { type CompiledValue, compileValue } from "@mortise/builders";
import { getPointer, type Incremental, type Json, MortiseError, type Operation, parseDuration } from "@mortise/contract";
import { sound } from "../operation/sound.ts";
import { type CursorForm, readPoint, sameScale, scaleOf, writePoint } from "./cursor-scale.ts";

/** Reading only what is new, made ready once. */
export interface CompiledIncremental {
  readonly spec: Incremental;
  /** How parameters are written. */
  readonly format: CursorForm;
  readonly start: CompiledValue | undefined;
  /** How far before the state a read starts: ms, or a number. */
  readonly lookback: number;
  readonly windowMs: number | undefined;
  /** Short text that is the same for the same item at the same place: of `identity`, or of the whole item where that is empty. */
  readonly markOf: (item: Json) => string;
}

/** Compiles `incremental`. Throws `MISCONFIGURED` where it does not hold together. */
export function compileIncremental(name: string, operation: Operation): CompiledIncremental | undefined {
  const { incremental: spec, identity } = operation;
  if (spec === undefined) return undefined;
  const fail = (key: string, message: string): never => {
    throw new MortiseError("MISCONFIGURED", `${name}: ${message}`, { path: `/incremental/${key}` });
  };
  const { as, format = as } = spec;
  if (operation.stream === undefined) fail("", `reads only what is new, but has no list ("stream").`);
  if (!sameScale(as, format) && !(scaleOf(as) === "number" && format === "text"))
    fail("format", `a cursor that is ${as} cannot be written as ${format}.`);
  if (spec.param !== undefined && operation.request === undefined) fail("param", "only a request takes a parameter.");
  const lookback = lookbackOf(spec);
  if (lookback === undefined) fail("lookback", `${JSON.stringify(spec.lookback)} is no distance for a cursor that is ${as}.`);
  const windowMs = spec.window === undefined ? undefined : parseDuration(spec.window);
  if (spec.window !== undefined) {
    if (windowMs === undefined || windowMs < stepOf(format)) fail("window", `"${spec.window}" is no length of a window.`);
    if (scaleOf(as) !== "time") fail("window", `a window is a span of time, and the cursor is ${as}.`);
    if (spec.param === undefined || spec.until === undefined || spec.start === undefined) {
      fail("window", "windows need param, until and start.");
    }
  }
  return Object.freeze({
    spec,
    format,
    start: spec.start === undefined ? undefined : sound(compileValue(spec.start, { path: "/incremental/start" }), name),
    lookback: lookback ?? 0,
    windowMs,
    markOf: (item: Json) => {
      const parts = identity.length === 0 ? item : identity.map((pointer) => getPointer(item, pointer) ?? null);
      const text = JSON.stringify([parts, getPointer(item, spec.cursor) ?? null]);
      return hash("sha256", text, "base64url").slice(0, 16);
    },
  });
}

function lookbackOf({ as, lookback = 0 }: Incremental): number | undefined {
  if (lookback === 0) return 0;
  const scale = scaleOf(as);
  if (scale === "number") return typeof lookback === "number" ? lookback : undefined;
  return scale === "time" && typeof lookback === "string" ? parseDuration(lookback) : undefined;
}

/** The smallest step that a form of time can say, ms. */
const stepOf = (form: CursorForm): number => (form === "date" ? 86_400_000 : form === "epoch_s" ? 1_000 : 1);

/** A point as the vendor will understand it: in a coarser form, that is at or before it. */
export function alignedTo(ms: number, format: CursorForm): number {
  const aligned = readPoint(writePoint(ms, format), format);
  return typeof aligned === "number" ? aligned : ms;
}
