import type { RunEvent, RunProgress, StepChanged } from "@mortise/workflow";
import type { MultiBar, SingleBar } from "cli-progress";
import { formatError, type Output } from "./output.ts";

const LINE_EVERY_MS = 5_000;

/**
 * Shows a run on the terminal: a bar for each loop, a line for each failed step.
 *
 * Owns: the bars, the count of steps by status.
 * Does not own: the run.
 */
export class RunProgressView {
  readonly #out: Output;
  readonly #bars: MultiBar | undefined;
  readonly #loops = new Map<string, { readonly bar: SingleBar | undefined; readonly startedMs: number; printedMs: number }>();
  readonly #counts = new Map<string, number>();
  #closed = false;

  constructor(out: Output) {
    this.#out = out;
    this.#bars = out.json ? undefined : out.bars();
  }

  show(event: RunEvent): void {
    if (this.#closed) return;
    if (event.kind === "progress") this.#progress(event);
    if (event.kind === "step") this.#step(event);
  }

  /** Steps by status, so far. */
  summary(): { readonly [status: string]: number } {
    return Object.fromEntries(this.#counts);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#bars?.stop();
  }

  #step(event: StepChanged): void {
    if (event.status === "running" || event.status === "waiting") return;
    this.#counts.set(event.status, (this.#counts.get(event.status) ?? 0) + 1);
    if (event.status === "failed" && event.error && !this.#out.json)
      this.#out.log(`  ✗ ${event.path}: ${formatError(event.error)}`);
  }

  #progress(event: RunProgress): void {
    const loop = this.#loops.get(event.path) ?? this.#begin(event);
    const seconds = Math.max(0.001, (event.atMs - loop.startedMs) / 1_000);
    const count = event.items || event.done;
    const fields = {
      title: event.path,
      done: count.toLocaleString("en"),
      unit: event.failed > 0 ? `(${event.failed} failed)` : "items",
      rate: `${Math.round(count / seconds).toLocaleString("en")}/s`,
    };
    if (loop.bar) {
      loop.bar.setTotal(event.total ?? Math.max(count, 1));
      loop.bar.update(count, fields);
    } else if (!this.#out.json && event.atMs - loop.printedMs >= LINE_EVERY_MS) {
      loop.printedMs = event.atMs;
      this.#out.log(`  ${fields.title}: ${fields.done} ${fields.unit}, ${fields.rate}`);
    }
  }

  #begin(event: RunProgress) {
    const fields = { title: event.path, done: "0", unit: "items", rate: "" };
    // A stream has no end that is known before it comes: numbers without a bar.
    const format = event.total === undefined ? " {title} {done} {unit} {rate}" : undefined;
    const bar = this.#bars?.create(event.total ?? 1, 0, fields, format ? { format } : {});
    const loop = { bar, startedMs: event.atMs, printedMs: event.atMs };
    this.#loops.set(event.path, loop);
    return loop;
  }
}
