/**
 * Keeps threads for guests and gives each call one of its own.
 *
 * Owns: the threads, their number of calls, their end.
 * Does not own: how many calls there are at once and who waits (the sandbox).
 * Talks to: SandboxWorker.
 * Invariants:
 *   W1. A thread makes one call at a time.
 *   W2. A thread is not used again after a call that says `discard`, nor after its last call of many.
 *   W3. A call is answered when its time is up, not when its thread is gone.
 *   W4. The last thread that goes is followed by another one.
 */
import { type GuestAnswer, type GuestCall, type GuestHooks, NO_HOOKS } from "../guest/guest-call.ts";
import { SandboxWorker } from "./sandbox-worker.ts";

const CALLS_A_WORKER = 500;
const KILL_LIMIT_MS = 5_000;

export interface WorkerPoolOptions {
  readonly module: WebAssembly.Module;
  /** Calls after which a thread is replaced. Absent: 500. */
  readonly callsAWorker?: number;
  /** Called where a thread could not be killed: whoever owns the process has to end it. */
  readonly onStuck: () => void;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #idle: SandboxWorker[] = [];
  readonly #all = new Set<SandboxWorker>();
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Makes a call on a thread that is free, or on a new one. */
  async run(call: GuestCall, hooks: GuestHooks = NO_HOOKS): Promise<GuestAnswer> {
    const worker = this.#idle.pop() ?? this.#start();
    const answer = await worker.run(call, hooks).catch((): GuestAnswer => ({ ok: false, fault: "crashed", discard: true }));
    const worn = worker.calls >= (this.#options.callsAWorker ?? CALLS_A_WORKER);
    if (answer.discard || worn) void this.#replace(worker);
    else this.#idle.push(worker);
    return answer;
  }

  /** Threads that are there. */
  get size(): number {
    return this.#all.size;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#idle.length = 0;
    await Promise.all([...this.#all].map((worker) => this.#end(worker)));
  }

  /** Ends a thread, and has another one ready where none is: the next call does not wait for its start. Never both at once in memory. */
  async #replace(worker: SandboxWorker): Promise<void> {
    await this.#end(worker);
    if (!this.#isClosed && this.#all.size === 0) this.#idle.push(this.#start());
  }

  #start(): SandboxWorker {
    const worker = new SandboxWorker(this.#options.module);
    this.#all.add(worker);
    return worker;
  }

  async #end(worker: SandboxWorker): Promise<void> {
    this.#all.delete(worker);
    if (!(await worker.kill(KILL_LIMIT_MS))) this.#options.onStuck();
  }
}
