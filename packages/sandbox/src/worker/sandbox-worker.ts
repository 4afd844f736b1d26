import { Worker } from "node:worker_threads";
import type { GuestAnswer, GuestCall } from "../guest/guest-call.ts";

const ENTRY = new URL("./worker-main.ts", import.meta.url);
/** Of the thread's own heap, beside the engine's memory. With less of it, most of a call's time goes into collecting the memories of others. */
const HEAP_MB = 256;

/** One thread for guests. It makes one call at a time. */
export class SandboxWorker {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #ended = false;
  #answer: ((answer: GuestAnswer) => void) | undefined;
  calls = 0;

  constructor(module: WebAssembly.Module) {
    this.#worker = new Worker(ENTRY, {
      workerData: { module },
      env: {},
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, stackSizeMb: 4 },
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.on("message", (message: "ready" | GuestAnswer) => (message === "ready" ? resolve() : this.#settle(message)));
      this.#worker.on("error", (error) => {
        reject(error);
        const { code } = error as { readonly code?: unknown };
        this.#settle({ ok: false, fault: code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "crashed", discard: true });
      });
      this.#worker.on("exit", () => {
        this.#ended = true;
        reject(new Error("The thread for guests ended."));
        this.#settle({ ok: false, fault: "crashed", discard: true });
      });
    });
    this.#ready.catch(() => undefined);
    this.#worker.unref();
  }

  /** Makes a call; one that is not done after `limits.wallMs` is answered with `wall`. Rejects where the thread does not start. */
  async run(call: GuestCall): Promise<GuestAnswer> {
    this.#worker.ref();
    try {
      await this.#ready;
      return await this.#ask(call);
    } finally {
      this.#worker.unref();
    }
  }

  /** Kills it. False: it did not end in time. */
  async kill(limitMs: number): Promise<boolean> {
    if (this.#ended) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, limitMs, false);
    });
    try {
      return await Promise.race([this.#worker.terminate().then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask(call: GuestCall): Promise<GuestAnswer> {
    this.calls += 1;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve) => {
        this.#answer = resolve;
        if (this.#ended) return resolve({ ok: false, fault: "crashed", discard: true });
        timer = setTimeout(resolve, call.limits.wallMs, { ok: false, fault: "wall", discard: true });
        this.#worker.postMessage(call);
      });
    } finally {
      clearTimeout(timer);
      this.#answer = undefined;
    }
  }

  #settle(answer: GuestAnswer): void {
    this.#answer?.(answer);
  }
}
