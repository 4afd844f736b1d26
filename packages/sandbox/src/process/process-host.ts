/**
 * Keeps the process in which guests run, and speaks with it.
 *
 * Owns: the process, its pipes, which call awaits which answer, which scripts it has.
 * Does not own: its threads (WorkerPool, over there), how many calls there are at once (the sandbox).
 * Talks to: process-main over stdin and stdout.
 * Invariants:
 *   P1. The process gets an empty environment, and nothing but calls.
 *   P2. What it says is text that is read like a stranger's: a line that is too long or was not agreed on ends it.
 *   P3. A call that it does not answer in time ends it, whatever it is busy with.
 *   P4. Every call is answered once, also when the process ends.
 *   P6. Its questions are answered for the call that asks, as long as it is made, and not without end.
 *   P5. It keeps this process alive only while a call is made.
 *   P7. A script is sent to it once, as long as it is used.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { MortiseError } from "@mortise/contract";
import { type GuestAnswer, type GuestCall, type GuestHooks, type GuestQuestion, NO_HOOKS } from "../guest/guest-call.ts";
import type { SandboxHost } from "../sandbox-host.ts";
import { type SandboxLevel, sandboxLevel } from "../sandbox-level.ts";
import type { SandboxLimits } from "../sandbox-limits.ts";
import { lineReader } from "./line-reader.ts";
import {
  type CallMessage,
  maxLineBytes,
  type ReadyMessage,
  type ReplyMessage,
  readMessage,
  type StopMessage,
} from "./messages.ts";
import type { ProcessCommand } from "./process-command.ts";
import { ScriptShelf } from "./script-shelf.ts";

/** For the start of the process, and for that of a thread in it: long, as a busy machine is no reason for less isolation. */
const START_LIMIT_MS = 30_000;
const MAX_STDERR = 2_000;
/** Far more than a thread lets through in one call: questions, and log lines. */
const MAX_SAID = 20_000;

type Heard = NonNullable<ReturnType<typeof readMessage>>;

/** A call that is being made. */
interface Made {
  readonly answer: (answer: GuestAnswer) => void;
  readonly hooks: GuestHooks;
  said: number;
}

export interface ProcessSurroundings {
  readonly limits: SandboxLimits;
  /** Why a stricter one could not be had. */
  readonly reasons: readonly string[];
}

/**
 * Starts the process and waits until it has said what it is. Rejects with what it said on stderr where it ends at once, `OVERLOADED` where it
 * takes too long.
 */
export async function openProcessHost(command: ProcessCommand, surroundings: ProcessSurroundings): Promise<SandboxHost> {
  const child = spawn(command.file, command.args, { env: {}, cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
  const host = new ProcessHost(child, command, surroundings);
  await host.ready();
  return host;
}

class ProcessHost implements SandboxHost {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #command: ProcessCommand;
  readonly #reasons: readonly string[];
  readonly #pending = new Map<number, Made>();
  readonly #scripts = new ScriptShelf();
  readonly #exit: Promise<void>;
  readonly #ready = Promise.withResolvers<ReadyMessage>();
  #level: SandboxLevel | undefined;
  #stderr = "";
  #last = 0;
  ended = false;

  constructor(child: ChildProcessWithoutNullStreams, command: ProcessCommand, { limits, reasons }: ProcessSurroundings) {
    this.#child = child;
    this.#command = command;
    this.#reasons = reasons;
    this.#ready.promise.catch(() => undefined);
    this.#exit = new Promise((resolve) => {
      const over = (why: string): void => {
        this.#over(why);
        resolve();
      };
      child.once("error", (error) => over(error.message));
      child.once("close", () => over(this.#stderr));
    });
    const read = lineReader(maxLineBytes(limits.outputBytes), {
      onLine: (line) => this.#take(line),
      onOverlong: () => this.#kill(),
    });
    child.stdout.on("data", read);
    child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(0, MAX_STDERR);
    });
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on("error", () => this.#kill());
  }

  get level(): SandboxLevel {
    if (this.#level === undefined) throw new Error("The process has not said what it is.");
    return this.#level;
  }

  async ready(): Promise<void> {
    const timer = setTimeout(() => {
      this.#ready.reject(new MortiseError("OVERLOADED", `The sandbox did not start within ${START_LIMIT_MS} ms.`));
    }, START_LIMIT_MS);
    try {
      this.#level = levelOf(await this.#ready.promise, this.#command, this.#reasons);
      this.#release();
    } catch (error) {
      this.#kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async run(call: GuestCall, hooks: GuestHooks = NO_HOOKS): Promise<GuestAnswer> {
    if (this.ended) return CRASHED;
    this.#last += 1;
    const id = this.#last;
    this.#hold();
    const timer = setTimeout(() => this.#kill(), call.limits.wallMs + START_LIMIT_MS);
    const stop = (): void => this.#send({ id, stop: true });
    try {
      return await new Promise<GuestAnswer>((resolve) => {
        this.#pending.set(id, { answer: resolve, hooks, said: 0 });
        const { source, ...rest } = call;
        this.#send({ id, call: rest, ...this.#scripts.mention(source) });
        if (hooks.signal?.aborted) stop();
        else hooks.signal?.addEventListener("abort", stop, { once: true });
      });
    } finally {
      clearTimeout(timer);
      hooks.signal?.removeEventListener("abort", stop);
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#release();
    }
  }

  async close(): Promise<void> {
    this.#hold();
    this.#kill();
    await this.#exit;
  }

  #take(line: string): void {
    const message = readMessage(line);
    if (message === undefined) this.#kill();
    else if ("id" in message) this.#hear(message, this.#pending.get(message.id));
    else this.#ready.resolve(message);
  }

  #hear(message: Exclude<Heard, ReadyMessage>, made: Made | undefined): void {
    if (made === undefined) return;
    made.said += 1;
    if ("answer" in message) {
      if (message.cpuMs !== undefined) made.hooks.spent?.(message.cpuMs);
      made.answer(message.answer);
    } else if (made.said > MAX_SAID) this.#kill();
    else if ("line" in message) made.hooks.log(message.line);
    else void this.#reply(message.id, made, message.question);
  }

  async #reply(id: number, made: Made, question: GuestQuestion): Promise<void> {
    const text = await made.hooks.ask(question);
    if (this.#pending.get(id) === made) this.#send({ id, number: question.number, text });
  }

  #send(message: CallMessage | ReplyMessage | StopMessage): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #kill(): void {
    this.ended = true;
    this.#child.kill("SIGKILL");
  }

  #over(why: string): void {
    this.ended = true;
    this.#ready.reject(new Error(why.trim().split("\n")[0] || "it ended at once"));
    for (const { answer } of this.#pending.values()) answer(CRASHED);
  }

  #hold(): void {
    this.#child.ref();
    for (const pipe of this.#pipes()) pipe.ref();
  }

  #release(): void {
    this.#child.unref();
    for (const pipe of this.#pipes()) pipe.unref();
  }

  /** Pipes of a child are sockets, which the types do not say. */
  #pipes(): readonly Socket[] {
    return [this.#child.stdin, this.#child.stdout, this.#child.stderr] as unknown as readonly Socket[];
  }
}

const CRASHED: GuestAnswer = Object.freeze({ ok: false, fault: "crashed", discard: true });

/** The level is what the process found, not what it was started for. Throws where it is none. */
function levelOf(
  { filesRefused, interfaces, environment }: ReadyMessage,
  { namespaces }: ProcessCommand,
  reasons: readonly string[],
): SandboxLevel {
  if (!filesRefused || environment.length > 0) throw new Error("the process could read files or had an environment");
  if (!namespaces) return sandboxLevel("process", reasons);
  if (interfaces > 0) throw new Error("the process saw network interfaces");
  return sandboxLevel("namespace", reasons);
}
