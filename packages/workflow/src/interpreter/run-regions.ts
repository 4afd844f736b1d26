import type { Json } from "@mortise/contract";
import { predecessors } from "../graph/set-graph.ts";
import type { SetState } from "./advance.ts";
import type { Execution } from "./execution.ts";
import type { Frame } from "./frame.ts";
import { readsStep } from "./needed.ts";
import { planOf, type Read } from "./plan.ts";
import { ABI, type RegionStrand, type StrandInput } from "./program-input.ts";
import { runSet } from "./run-set.ts";
import { type Settlement, throwable } from "./settlement.ts";
import { strandFrame } from "./strand-frame.ts";

/** Independent parts of a node set that run at the same time. */
export interface Regions {
  readonly key: string;
  readonly regions: readonly (readonly string[])[];
  readonly state: SetState;
}

/** Runs each region as a strand of its own and waits for all. Throws what ended a strand other than its nodes. */
export async function runRegions(
  exec: Execution,
  frame: Frame,
  { key, regions, state }: Regions,
): Promise<ReadonlyMap<string, Settlement>> {
  const strands = regions.map((only) => {
    const input: StrandInput = { abi: ABI, ...exec.run, strand: regionStrand(frame, only, state) };
    return { key: only[0] ?? "", input: input as unknown as Json };
  });
  const ends = await exec.ctx.fork(key, strands);
  const results = ends.flatMap((end) => {
    if (!end.ok) throw throwable(end.error);
    return Object.entries(end.value as unknown as { readonly [node: string]: Settlement });
  });
  return new Map(results);
}

/** Runs the nodes of a region; what comes back holds the outputs that others read, and no more. */
export async function runRegion(exec: Execution, frame: Frame): Promise<Json> {
  const { settled } = await runSet(exec, frame);
  const only = frame.only ?? [];
  const elsewhere = [...frame.set.nodes].filter(([name]) => !only.includes(name)).flatMap(([, { reads }]) => reads);
  const reads: readonly Read[] = [...elsewhere, ...frame.set.resultReads];
  const own = only.flatMap((name) => {
    const settlement = settled.get(name);
    return settlement ? [[name, readsStep(reads, name) ? settlement : withoutOutput(settlement)] as const] : [];
  });
  return Object.fromEntries(own) as unknown as Json;
}

function regionStrand(frame: Frame, only: readonly string[], state: SetState): RegionStrand {
  const plans = only.map((name) => planOf(frame.set, name));
  const reads = plans.flatMap((plan) => plan.reads);
  const before = [...new Set(plans.flatMap(({ graph }) => predecessors(graph)))].filter((name) => !only.includes(name));
  const settled = before.flatMap((name) => {
    const settlement = state.settled.get(name);
    return settlement ? [[name, withoutOutput(settlement)] as const] : [];
  });
  return {
    kind: "region",
    only,
    settled: Object.fromEntries(settled),
    ...strandFrame(frame, reads),
  };
}

function withoutOutput(settlement: Settlement): Settlement {
  return settlement.status === "succeeded" ? { ...settlement, output: null } : settlement;
}
