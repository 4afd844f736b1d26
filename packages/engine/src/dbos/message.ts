import type { StoredValue } from "./stored-value.ts";

/** Input of one DBOS workflow: a run, a strand of it, or a later segment of a run that was parked. */
export interface Message {
  readonly v: 1;
  readonly runId: string;
  /** `""`: the root strand. */
  readonly strand: string;
  /** How often the run was parked before. */
  readonly segment: number;
  readonly input: StoredValue;
  /** The signal this segment may have been woken by. */
  readonly awaited?: string;
  /** The segment of another run whose journal this one recalls. */
  readonly repeats?: { readonly runId: string; readonly segment: number };
}

/** Output of one DBOS workflow. A parked segment names the one that goes on. */
export type Outcome = { readonly value: StoredValue } | { readonly parked: string };

/** Names of the three workflows: the same program, told apart so that lists find the roots. */
export const RUN = "mortise.run";
export const STRAND = "mortise.strand";
export const SEGMENT = "mortise.segment";

/** The DBOS id of a segment: the run's own for the first. */
export function segmentId(runId: string, segment: number): string {
  return segment === 0 ? runId : `${runId}#${segment}`;
}
