import { Worker } from "node:worker_threads";
import type { GuestAnswer, GuestCall, GuestHooks } from "../guest/guest-call.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

const ENTRY = new URL("./worker-main.ts", import.meta.url);
/** Of the thread's own heap, beside the engine's memory. With less of it, most of a call's time goes into collecting the memories of others. */
const HEAP_MB = 256;

/** One thread for guests. It makes one call at a time. */
export class SandboxWorker {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #ended = false;
  #answer: ((answer: GuestAnswer) => void) | undefined;
  #hooks: GuestHooks | undefined;
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
      this.#worker.on("message", (message: FromWorker) => (message === "ready" ? resolve() : this.#take(message)));
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

  /**
   * Makes a call; one that is not done after `limits.wallMs` is answered with `wall`, one that is ended with `stopped`. Rejects where the
   * thread does not start.
   */
  async run(call: GuestCall, hooks: GuestHooks): Promise<GuestAnswer> {
    this.#worker.ref();
    try {
      await this.#ready;
      return await this.#ask(call, hooks);
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

  async #ask(call: GuestCall, hooks: GuestHooks): Promise<GuestAnswer> {
    this.calls += 1;
    this.#hooks = hooks;
    const stop = (): void => this.#settle({ ok: false, fault: "stopped", discard: true });
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve) => {
        this.#answer = resolve;
        if (this.#ended) return resolve({ ok: false, fault: "crashed", discard: true });
        if (hooks.signal?.aborted) return stop();
        hooks.signal?.addEventListener("abort", stop, { once: true });
        timer = setTimeout(resolve, call.limits.wallMs, { ok: false, fault: "wall", discard: true });
        this.#send({ run: this.calls, call });
      });
    } finally {
      clearTimeout(timer);
      hooks.signal?.removeEventListener("abort", stop);
      this.#answer = undefined;
      this.#hooks = undefined;
    }
  }

  #take(message: Exclude<FromWorker, "ready">): void {
    const { run } = message;
    const hooks = this.#hooks;
    if (run !== this.calls || hooks === undefined) return;
    if ("answer" in message) {
      hooks.spent?.(message.cpuMs);
      this.#settle(message.answer);
    } else if ("line" in message) hooks.log(message.line);
    else {
      const { number } = message.question;
      void hooks.ask(message.question).then((text) => this.#send({ run, number, text }));
    }
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #settle(answer: GuestAnswer): void {
    this.#answer?.(answer);
  }
}
