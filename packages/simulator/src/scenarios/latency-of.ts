import { parseDuration } from "@mortise/contract";
import type { Random } from "@mortise/contract/samples";
import type { Latency } from "./scenario.ts";

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.326_347_874;
/** Longest wait that a distribution gives, ms: 10 minutes, or what is fixed. */
const MOST_MS = 600_000;

/** Draws a wait from a distribution, whole ms, at least 0. */
export function latencyOf(latency: Latency, random: Random): number {
  return Math.round(Math.max(0, drawn(latency, random)));
}

function drawn(latency: Latency, random: Random): number {
  if ("fixed" in latency) return ms(latency.fixed);
  if ("uniform" in latency) {
    const [from, to] = latency.uniform;
    return ms(from) + random.next() * (ms(to) - ms(from));
  }
  if ("exponential" in latency) return Math.min(MOST_MS, -Math.log(1 - random.next()) * ms(latency.exponential.mean));
  if ("normal" in latency) return Math.min(MOST_MS, ms(latency.normal.mean) + ms(latency.normal.deviation) * normal(random));
  const median = Math.max(1, ms(latency.lognormal.median));
  const sigma = Math.log(Math.max(median, ms(latency.lognormal.p99)) / median) / Z99;
  return Math.min(MOST_MS, median * Math.exp(sigma * normal(random)));
}

/** A standard normal figure (Box and Muller 1958). */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

const ms = (text: string): number => parseDuration(text) ?? 0;
