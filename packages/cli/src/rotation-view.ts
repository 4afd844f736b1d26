import type { RotationProgress } from "@mortise/server";
import type { MultiBar, SingleBar } from "cli-progress";
import type { Output } from "./output.ts";

const LINE_EVERY_MS = 2_000;

/** Shows how far a rotation of keys is: a bar on a terminal, a line now and then elsewhere, on stderr both. */
export class RotationView {
  readonly #out: Output;
  readonly #startedMs = Date.now();
  #bars: MultiBar | undefined;
  #bar: SingleBar | undefined;
  #printedMs = 0;

  constructor(out: Output) {
    this.#out = out;
    this.#bars = out.bars();
  }

  show({ done, total }: RotationProgress): void {
    const now = Date.now();
    const seconds = Math.max(0.001, (now - this.#startedMs) / 1_000);
    const rate = `${Math.round(done / seconds).toLocaleString("en")}/s`;
    const fields = { title: "re-wrap", done: done.toLocaleString("en"), unit: "secrets", rate };
    this.#bar ??= this.#bars?.create(Math.max(total, 1), 0, fields);
    this.#bar?.setTotal(Math.max(total, 1));
    this.#bar?.update(done, fields);
    if (this.#bars || now - this.#printedMs < LINE_EVERY_MS) return;
    this.#printedMs = now;
    this.#out.log(`re-wrap: ${done.toLocaleString("en")} of ${total.toLocaleString("en")} secrets, ${rate}`);
  }

  close(): void {
    this.#bars?.stop();
    this.#bars = undefined;
  }
}
