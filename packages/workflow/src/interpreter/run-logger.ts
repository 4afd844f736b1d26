import type { CallMeta, CallResult, ErrorData, Json } from "@mortise/contract";
import type { GraphNode } from "../graph/set-graph.ts";
import type { RunEvent, RunLog, RunProgress } from "../ports/run-log.ts";
import type { Frame } from "./frame.ts";
import type { Settlement } from "./settlement.ts";

/** Rounds of one loop that are logged in full. */
export const LOGGED_ROUNDS = 50;
const LOGGED_FAILURES = 1_000;
const LONGEST_VALUE = 16 * 1_024;
const PROGRESS_EVERY_MS = 250;
const LOGGED_ITEM_FAILURES = 50;

/** Whoever knows the token of a callback may answer it. */
const CALLBACK_TOKEN = /\/callbacks\/[A-Za-z0-9_-]+/g;

/** What is known of a settled node beside its settlement. */
export interface SettledFacts extends Partial<CallMeta> {
  readonly atMs: number;
  readonly input?: Json;
  readonly taken?: true;
}

/** Options of {@link RunLogger}. */
export interface RunLoggerOptions {
  readonly runId: string;
  readonly log: RunLog | undefined;
  readonly now: () => number;
  readonly redact: (value: Json, use: string, direction: "input" | "output") => Json;
  /** True while a strand that waited comes back to where it was: all of that was logged. Absent: never. */
  readonly isMuted?: () => boolean;
}

/**
 * Tells the run log what happens.
 *
 * Owns: which events are worth logging, and how much of a value.
 * Does not own: secrets (the redact port), storage (the log).
 * Talks to: RunLog.record, RunLog.flush.
 * Invariants:
 *   L1. Of a loop, the first 50 rounds and at most 1,000 failures are logged.
 *   L2. No value is longer than 16 KiB of JSON text.
 *   L3. Progress of one loop is logged at most four times a second, and always when it ends.
 */
export class RunLogger {
  readonly now: () => number;
  readonly #options: RunLoggerOptions;
  readonly #progressAt = new Map<string, number>();
  #failures = 0;

  constructor(options: RunLoggerOptions) {
    this.#options = options;
    this.now = options.now;
  }

  runStarted(atMs: number, input: Json): void {
    this.#record({ kind: "run-started", runId: this.#options.runId, atMs, input: this.#shown(input, "trigger", "input") });
  }

  runEnded(end: { readonly output: Json } | { readonly error: ErrorData }): void {
    const shown =
      "error" in end
        ? { status: "failed" as const, error: end.error }
        : { status: "succeeded" as const, output: this.#shown(end.output, "workflow", "output") };
    this.#record({ kind: "run-ended", runId: this.#options.runId, atMs: this.now(), ...shown });
  }

  /** A hook of the run itself failed and was passed over: shown among the steps, of which it is none. */
  hookFailed(point: string, hook: string, { atMs, message }: { readonly atMs: number; readonly message: string }): void {
    const error = { code: "HOOK_FAILED", message } as ErrorData;
    const place = { path: `hook:${hook}`, node: "", use: `hook/${point}` };
    this.#record({
      kind: "step",
      runId: this.#options.runId,
      ...place,
      status: "failed",
      atMs,
      durationMs: this.now() - atMs,
      error,
    });
  }

  running(frame: Frame, graph: GraphNode, input?: Json): void {
    if (!frame.quiet) this.#step(frame, graph, { status: "running", atMs: this.now(), ...this.#input(graph, input) });
  }

  waiting(frame: Frame, graph: GraphNode, input?: Json, result?: CallResult): void {
    if (frame.quiet) return;
    const error = result && result.outcome !== "success" ? { error: result.error } : {};
    this.#step(frame, graph, { status: "waiting", atMs: this.now(), ...this.#input(graph, input), ...error });
  }

  skipped(frame: Frame, graph: GraphNode): void {
    if (!frame.quiet) this.#step(frame, graph, { status: "skipped", atMs: this.now() });
  }

  settled(frame: Frame, graph: GraphNode, settlement: Settlement, { input, ...facts }: SettledFacts): void {
    if (settlement.status === "skipped" || this.#options.log === undefined) return;
    const { atMs, durationMs, attempts, waitMs, waitedFor, itemFailures, itemFailureCount, taken } = facts;
    const common = {
      status: settlement.status,
      atMs,
      ...(durationMs !== undefined && { durationMs }),
      ...(attempts !== undefined && { attempts }),
      ...(taken && { taken }),
      ...(waitMs !== undefined && { waitMs }),
      ...(waitedFor !== undefined && { waitedFor }),
      ...(itemFailures !== undefined && { itemFailures: itemFailures.slice(0, LOGGED_ITEM_FAILURES) }),
      ...(itemFailureCount !== undefined && { itemFailureCount }),
    };
    if (settlement.status === "failed") {
      if (frame.quiet && ++this.#failures > LOGGED_FAILURES) return;
      this.#step(frame, graph, { ...common, ...this.#input(graph, input), error: settlement.error });
    } else if (!frame.quiet) {
      const output = this.#shown(settlement.output, graph.node.use, "output");
      this.#step(frame, graph, { ...common, ...this.#input(graph, input), output });
    }
  }

  /** Counts of a loop; `last` is logged in any case. */
  progress(frame: Frame, graph: GraphNode, counts: Pick<RunProgress, "done" | "items" | "failed" | "total">, last = false): void {
    if (frame.quiet) return;
    const path = frame.prefix + graph.name;
    const atMs = this.now();
    if (!last && atMs - (this.#progressAt.get(path) ?? Number.NEGATIVE_INFINITY) < PROGRESS_EVERY_MS) return;
    this.#progressAt.set(path, atMs);
    const { total, ...rest } = counts;
    const known = total === undefined ? {} : { total };
    this.#record({ kind: "progress", runId: this.#options.runId, path, node: graph.pointer, atMs, ...rest, ...known });
  }

  async flush(): Promise<void> {
    await this.#options.log?.flush();
  }

  #step(
    frame: Frame,
    graph: GraphNode,
    what: Omit<Extract<RunEvent, { kind: "step" }>, "kind" | "runId" | "path" | "node" | "use">,
  ) {
    const { name, pointer, node } = graph;
    this.#record({ kind: "step", runId: this.#options.runId, path: frame.prefix + name, node: pointer, use: node.use, ...what });
  }

  #input({ node }: GraphNode, input: Json | undefined): { readonly input?: Json } {
    return input === undefined ? {} : { input: this.#shown(input, node.use, "input") };
  }

  #shown(value: Json, use: string, direction: "input" | "output"): Json {
    if (this.#options.log === undefined) return null;
    let redacted = this.#options.redact(value, use, direction);
    let text = JSON.stringify(redacted);
    if (text.includes("/callbacks/")) {
      text = text.replace(CALLBACK_TOKEN, "/callbacks/***");
      redacted = JSON.parse(text) as Json;
    }
    return text.length <= LONGEST_VALUE ? redacted : { $cut: text.slice(0, LONGEST_VALUE - 64), length: text.length };
  }

  #record(event: RunEvent): void {
    if (this.#options.isMuted?.() !== true) this.#options.log?.record(event);
  }
}
