import { type Diagnostic, parseDuration } from "@mortise/contract";
import { asObject, own } from "../../model/loose.ts";
import { nextTicks, scheduleProblem } from "../../triggers/next-ticks.ts";
import { contractOf } from "../catalogue.ts";
import type { CheckedCall, Facts } from "../facts.ts";
import { itemsOf, runSizeOf } from "./run-size.ts";
import { spoken } from "./spoken-duration.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** What is forecast for a loop of unknown size. */
const SAMPLE = 1_000;

/** How long a run takes at least, by the limits of the systems it calls, their usual time and its waits. */
export const slowRun: WorkflowRule = {
  code: "SLOW_RUN",
  check: (facts) => {
    const everyMs = schedulePeriodMs(facts);
    const readers = readersOf(facts);
    const found = [...byBudget(facts, readers), ...byLatency(facts, readers), ...byWaits(facts)].filter(
      ({ ms }) => ms >= MINUTE_MS,
    );
    return found.map((forecast) => told(forecast, everyMs));
  },
};

interface Forecast {
  readonly path: string;
  readonly ms: number;
  /** How the time comes about, without the time. */
  readonly why: string;
  readonly fix: string;
  /** The size of a loop is not known, so that it holds for {@link SAMPLE} rounds of it. */
  readonly isSample: boolean;
}

function told({ path, ms, why, fix, isSample }: Forecast, everyMs: number | undefined): Diagnostic {
  const overtakes = everyMs !== undefined && ms > everyMs && !isSample;
  const late = overtakes ? ` The schedule starts a run every ${spoken(everyMs)}.` : "";
  const severity = !isSample && (ms >= HOUR_MS || overtakes) ? "warning" : "info";
  return finding("SLOW_RUN", severity, path, `${why}: ${spoken(ms)}.${late}`, { title: fix });
}

interface Use {
  readonly call: CheckedCall;
  readonly calls: number;
  readonly permits: number;
  readonly isSample: boolean;
}

/** Calls that share a limit wait for each other. */
function byBudget(facts: Facts, readers: Readers): readonly Forecast[] {
  const shared = new Map<string, { readonly rate: number; readonly per: string; readonly perMs: number; readonly uses: Use[] }>();
  for (const call of facts.calls.values()) {
    const { operation } = call.found;
    const contract = contractOf(call.found);
    const budget = operation.budget === undefined ? undefined : contract.budgets[operation.budget];
    const perMs = typeof budget?.per === "string" ? parseDuration(budget.per) : undefined;
    if (budget === undefined || typeof budget.rate !== "number" || budget.rate <= 0 || perMs === undefined) continue;
    const owner = budget.scope === "connection" ? (call.graph.node.connection ?? "") : "";
    const key = `${contract.name} ${operation.budget} ${owner}`;
    const limit = shared.get(key) ?? { rate: budget.rate, per: String(budget.per), perMs, uses: [] };
    const { calls, isSample } = callsOf(facts, readers, call);
    limit.uses.push({ call, calls, permits: calls * (operation.cost ?? 1), isSample });
    shared.set(key, limit);
  }
  return [...shared.values()].flatMap(({ rate, per, perMs, uses }) => {
    const largest = uses.reduce((most, use) => (use.permits > most.permits ? use : most));
    const permits = uses.reduce((sum, use) => sum + use.permits, 0);
    const { call, isSample } = largest;
    const { batch, title } = call.found.operation;
    const unit = uses.every((use) => use.permits === use.calls) ? "calls" : "permits";
    const whose = uses.length === 1 ? `of ${title}` : `of ${uses.length} steps that share the limit, most of them ${title},`;
    const why = `${counted(permits)} ${unit} ${whose} at ${counted(rate)} ${perText(per, perMs)}${sampleOf(facts, largest)}`;
    const fix = batch
      ? `Give it many items at once: it takes ${counted(batch.max)} in a call.`
      : "Ask for less, or spread the work over several runs.";
    return [{ path: call.graph.pointer, ms: (permits / rate) * perMs, why, fix, isSample }];
  });
}

/** Calls of one step one after the other take their usual time. */
function byLatency(facts: Facts, readers: Readers): readonly Forecast[] {
  return [...facts.calls.values()].flatMap((call) => {
    const { title, serviceLevel } = call.found.operation;
    if (serviceLevel?.p50Ms === undefined) return [];
    const { calls, isSample } = callsOf(facts, readers, call);
    const { atOnce } = runSizeOf(facts, call.graph.name);
    const beside = atOnce > 1 ? `, ${atOnce} at the same time` : "";
    const why = `${counted(calls)} calls of ${title}, which usually takes ${counted(serviceLevel.p50Ms)} ms${beside}${sampleOf(facts, { call, isSample })}`;
    const ms = (calls * serviceLevel.p50Ms) / atOnce;
    return [
      {
        path: call.graph.pointer,
        ms,
        why,
        fix: "Let more rounds run at the same time, if the other system allows it.",
        isSample,
      },
    ];
  });
}

/** Waits in a loop add up; one alone is what its author wished for. */
function byWaits(facts: Facts): readonly Forecast[] {
  return [...facts.cores.values()].flatMap(({ graph, traits }) => {
    const { times, atOnce, loops, unknown } = runSizeOf(facts, graph.name);
    // What waits for somebody may go on at once; how long it may wait is a bound, no forecast.
    if (typeof traits.waits !== "number" || traits.waits === 0 || loops.length === 0 || traits.expiry !== undefined) return [];
    const isSample = unknown.length > 0;
    const rounds = isSample ? times * SAMPLE : times;
    const why = `"${graph.name}" waits ${spoken(traits.waits)} in each of ${counted(rounds)} rounds`;
    return [{ path: graph.pointer, ms: (rounds * traits.waits) / atOnce, why, fix: "Wait once, outside of the loop.", isSample }];
  });
}

/** Loops by the stream that they read. */
type Readers = ReadonlyMap<string, string>;

function readersOf({ values, cores }: Facts): Readers {
  const readers = new Map<string, string>();
  for (const { node, path, parts } of values) {
    if (node === undefined || path !== `${cores.get(node)?.graph.pointer}/with/items`) continue;
    for (const [root, name] of parts.flatMap(({ reads }) => reads)) if (root === "steps" && name) readers.set(name, node);
  }
  return readers;
}

/** Calls in one run: rounds around it, and pages where it streams. */
function callsOf(
  facts: Facts,
  readers: Readers,
  { graph, found }: CheckedCall,
): { readonly calls: number; readonly isSample: boolean } {
  const { times, unknown } = runSizeOf(facts, graph.name);
  const isSample = unknown.length > 0;
  const rounds = isSample ? times * SAMPLE : times;
  const { stream, pagination } = found.operation;
  const reader = stream === undefined ? undefined : readers.get(graph.name);
  const items = reader === undefined ? undefined : itemsOf(facts, reader);
  const size = pagination !== undefined && "size" in pagination ? pagination.size : undefined;
  const pages = items === undefined || size === undefined ? 1 : Math.max(1, Math.ceil(items / size));
  return { calls: rounds * pages, isSample };
}

function sampleOf(facts: Facts, { call, isSample }: { readonly call: CheckedCall; readonly isSample: boolean }): string {
  if (!isSample) return "";
  const [loop = ""] = runSizeOf(facts, call.graph.name).unknown;
  return `, for every ${counted(SAMPLE)} rounds of "${loop}"`;
}

/** The shortest time between two runs that a schedule starts. */
function schedulePeriodMs({ workflow }: Facts): number | undefined {
  const trigger = asObject(workflow.trigger);
  const params = asObject(trigger.with);
  const cron = own(params, "cron");
  const zone = own(params, "timeZone");
  const timeZone = typeof zone === "string" ? zone : undefined;
  if (trigger.use !== "schedule" || typeof cron !== "string" || scheduleProblem(cron, timeZone)) return undefined;
  const ticks = nextTicks(cron, timeZone, 0, 12);
  const gaps = ticks.slice(1).map((tick, i) => tick - (ticks[i] ?? tick));
  return gaps.length === 0 ? undefined : Math.min(...gaps);
}

function perText(per: string, perMs: number): string {
  return { 1000: "a second", 60000: "a minute", 3600000: "an hour", 86400000: "a day" }[perMs] ?? `in ${per}`;
}

function counted(count: number): string {
  return Math.round(count).toLocaleString("en");
}
