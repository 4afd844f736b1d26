import { MortiseError, parseDuration, type RetrySpec } from "@mortise/contract";

/** The wait before an attempt, ms. `attempts`: those made before it; `random`: a number in [0, 1). */
export type Backoff = (attempts: number, throttling: boolean, random: () => number) => number;

const BASE_MS = Object.freeze({ transient: 50, throttling: 1_000 });
const CAP_MS = 20_000;
const DECLARED_CAP_MS = 30_000;

/** `rand(0, min(20 s, base · 2ⁿ))` from 50 ms, or 1 s where the other side asked to slow down. */
export const defaultBackoff: Backoff = (attempts, throttling, random) => {
  const base = throttling ? BASE_MS.throttling : BASE_MS.transient;
  return Math.round(random() * Math.min(CAP_MS, base * 2 ** (attempts - 1)));
};

/** Compiles what a contract says about the waits between attempts; without that the default. Throws `INVALID_VALUE` for a wait that is none. */
export function compileBackoff(spec: RetrySpec | undefined): Backoff {
  if (spec === undefined) return defaultBackoff;
  const initial = span(spec.initial, "initial");
  const most = spec.max === undefined ? DECLARED_CAP_MS : span(spec.max, "max");
  const grows = spec.backoff === "exponential";
  const factor = grows ? (spec.factor ?? 2) : 1;
  const jitter = spec.jitter ?? grows;
  return (attempts, _, random) => {
    const wait = Math.min(most, initial * factor ** (attempts - 1));
    return Math.round(jitter ? random() * wait : wait);
  };
}

function span(text: string, what: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new MortiseError("INVALID_VALUE", `retry.${what} is ${JSON.stringify(text)}; expected a length of time such as "1s".`);
}
