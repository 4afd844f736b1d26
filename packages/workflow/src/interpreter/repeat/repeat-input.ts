import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import { readSetGraph, type SetGraph } from "../../graph/set-graph.ts";
import { slotsOf, walkNodes } from "../../graph/walk-nodes.ts";
import type { Workflow } from "../../model/document.ts";
import { isObject } from "../../model/loose.ts";
import type { FrameSnapshot } from "../snapshot.ts";
import { doneAgain } from "./done-again.ts";
import type { RepeatFacts } from "./repeat-facts.ts";

/** A run that is to be repeated. */
export interface RepeatedRun {
  readonly workflow: Workflow;
  /** What its segments began with, the first one first. */
  readonly segments: readonly Json[];
}

/** What a repeating run begins with, and at which segment of the other one. */
export interface RepeatStart {
  readonly segment: number;
  readonly input: JsonObject;
}

/**
 * Where a run that repeats another one begins: at the last segment in which nothing had settled yet that is to be done again, so that
 * no wait is waited and no person asked a second time. Throws `USAGE` for a place that the workflow does not have.
 */
export function repeatInput({ workflow, segments }: RepeatedRun, runId: string, repeat: RepeatFacts): RepeatStart {
  const places = [...(repeat.from ?? []), ...Object.keys(repeat.edits ?? {})];
  for (const place of places) checkPlace(workflow, place);
  const isAgain = doneAgain(setsOf(workflow), places);
  const from = segments.findLastIndex((input) => !settledPlaces(resumeOf(input)).some(isAgain));
  const segment = Math.max(0, from);
  const begun = segments[segment];
  if (!isObject(begun)) throw new MortiseError("INTERNAL", `Segment ${segment} of the repeated run began with nothing readable.`);
  const { $signal: _, resume, ...facts } = begun;
  const again: JsonObject =
    resume === undefined ? {} : { resume: fromFirstAttempt(resume as unknown as FrameSnapshot) as unknown as Json };
  return { segment, input: { ...facts, ...again, runId, repeat: repeat as unknown as Json } };
}

function resumeOf(input: Json): FrameSnapshot | undefined {
  return isObject(input) ? (input.resume as unknown as FrameSnapshot | undefined) : undefined;
}

function settledPlaces(resume: FrameSnapshot | undefined, prefix = ""): readonly string[] {
  if (resume === undefined) return [];
  const own = Object.keys(resume.settled).map((name) => prefix + name);
  return [...own, ...settledPlaces(resume.inside?.frame, `${prefix}${resume.at}/`)];
}

/** A call that had used up its repeats has all of them again. */
function fromFirstAttempt({ retry, inside, ...rest }: FrameSnapshot): FrameSnapshot {
  return {
    ...rest,
    ...(retry && { retry: { idempotencyKey: retry.idempotencyKey, attempts: 0, ...inDoubt(retry.inDoubtSinceMs) } }),
    ...(inside && { inside: { ...inside, frame: fromFirstAttempt(inside.frame) } }),
  };
}

function inDoubt(inDoubtSinceMs: number | undefined) {
  return inDoubtSinceMs === undefined ? {} : { inDoubtSinceMs };
}

function setsOf(workflow: Workflow): readonly SetGraph[] {
  const inner = walkNodes(workflow.nodes).flatMap(({ node, pointer }) =>
    slotsOf(node).map((slot) => {
      const params = isObject(node.with as Json) ? (node.with as JsonObject) : {};
      return readSetGraph(params[slot], `${pointer}/with/${slot}`);
    }),
  );
  return [readSetGraph(workflow.nodes, "/nodes"), ...inner];
}

function checkPlace(workflow: Workflow, place: string): void {
  const names = new Set(walkNodes(workflow.nodes).map(({ name }) => name));
  const unknown = place.split("/").find((level) => !names.has(level.replace(/[[@].*$/, "")));
  if (unknown === undefined) return;
  throw new MortiseError("USAGE", `The workflow has no step ${JSON.stringify(unknown)}, which ${JSON.stringify(place)} names.`, {
    remedy: "Name a step as the run shows it, for example load[3]/upsert.",
  });
}
