import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import { isObject } from "../model/loose.ts";
import type { RunPriority } from "../ports/operation-port.ts";
import type { RunFacts } from "./execution.ts";
import type { RepeatFacts } from "./repeat/repeat-facts.ts";
import type { Settlement } from "./settlement.ts";
import type { FrameSnapshot } from "./snapshot.ts";
import type { Memo, Woken } from "./waiting/memo.ts";

/** The generation of this interpreter. A change in the order of its `ctx` calls needs a new one. */
export const ABI = 1;

/** What the root strand begins with, also after it was parked. */
export interface RootInput extends RunFacts {
  readonly abi: typeof ABI;
  readonly resume?: FrameSnapshot;
  /** What the segment before did since `resume`. */
  readonly memo?: Memo;
}

/** What a strand needs of the frame it comes from. */
export interface StrandFrame {
  /** JSON pointer of the node set. */
  readonly set: string;
  readonly prefix: string;
  /** See `Frame.keyPrefix`. */
  readonly keyPrefix?: string;
  readonly vars: JsonObject;
  readonly steps: { readonly [node: string]: JsonObject };
  readonly saga?: string;
  readonly quiet?: true;
}

/** Nodes of one set that follow from one another. */
export interface RegionStrand extends StrandFrame {
  readonly kind: "region";
  readonly only: readonly string[];
  readonly settled: { readonly [node: string]: Settlement };
}

/** Rounds of a loop. */
export interface RoundsStrand extends StrandFrame {
  readonly kind: "rounds";
  /** Name of the loop in the set. */
  readonly loop: string;
  /** Index of the first round. */
  readonly first: number;
  /** What the rounds are over; absent where `page` says where to read it. */
  readonly values?: readonly Json[];
  readonly page?: PageReference;
}

/** One body of a parallel. */
export interface BranchStrand extends StrandFrame {
  readonly kind: "branch";
  /** Name of the parallel in the set. */
  readonly node: string;
  readonly slot: string;
}

/** Further rounds of a loop or a while. */
export interface RepeatStrand extends StrandFrame {
  readonly kind: "repeat";
  /** Name of the loop in the set. */
  readonly node: string;
  readonly index: number;
  readonly state: Json;
}

/** What another workflow begins with that runs as a strand. */
export interface SubInput {
  readonly abi: typeof ABI;
  readonly workflowHash: string;
  readonly trigger: Json;
  readonly sub: SubRun;
  readonly traceparent?: string;
  readonly dryRun?: true;
  readonly priority?: RunPriority;
  readonly hooked?: string;
}

/** A run that another one waits for. */
export interface SubRun {
  /** Its own; the engine knows it as a strand of the other. */
  readonly runId: string;
  /** How many runs are around it. */
  readonly depth: number;
}

/** A page that was read before. */
export interface PageReference {
  readonly number: number;
  readonly cursor: Json;
  readonly pageSize: number;
  /** Of the items' JSON; a page that is read again must have the same. */
  readonly sha256: string;
  readonly source: Json;
}

/** Every kind of strand of one workflow. */
export type AnyStrand = RegionStrand | RoundsStrand | BranchStrand | RepeatStrand;

/** What a strand begins with. */
export interface StrandInput extends RunFacts {
  readonly abi: typeof ABI;
  readonly strand: AnyStrand;
  /** Where it goes on after it waited. */
  readonly from?: { readonly memo: Memo; readonly woken: Woken };
}

/** What the program was given: what the runner made, or what the interpreter made for its own strands and segments. */
export interface ProgramInput {
  readonly runId: string;
  readonly workflowHash: string;
  readonly trigger: Json;
  readonly traceparent?: string;
  readonly dryRun?: true;
  readonly priority?: RunPriority;
  readonly hooked?: string;
  readonly repeat?: RepeatFacts;
  /** Absent at the first start of the root. */
  readonly startedAt?: string;
  readonly resume?: FrameSnapshot;
  readonly workflowId?: string;
  /** Cancels that run and undoes what its sagas did, instead of running the workflow. */
  readonly undo?: { readonly runId: string; readonly root: string };
  readonly memo?: Memo;
  readonly $signal?: { readonly name: string; readonly payload: Json };
  readonly from?: { readonly memo: Memo; readonly woken: Woken };
  readonly strand?: AnyStrand;
  readonly sub?: SubRun;
}

/** Reads the input of the program. Throws `INTERNAL` for another generation's. */
export function readProgramInput(input: Json, runId: string): ProgramInput {
  if (!isObject(input) || input.abi !== ABI || typeof input.workflowHash !== "string")
    throw new MortiseError("INTERNAL", `This interpreter understands abi ${ABI}; the run's input is of another generation.`);
  const own = isObject(input.sub) && typeof input.sub.runId === "string" ? input.sub.runId : runId;
  return { trigger: {}, ...input, runId: own } as unknown as ProgramInput;
}
