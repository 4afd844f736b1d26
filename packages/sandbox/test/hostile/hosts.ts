import { Worker } from "node:worker_threads";
import type { GuestCall, GuestHooks } from "../../src/guest/guest-call.ts";
import { QuestionDesk } from "../../src/guest/question-desk.ts";
import { runGuest } from "../../src/guest/run-guest.ts";
import type { SandboxHost } from "../../src/sandbox-host.ts";
import { sandboxLevel } from "../../src/sandbox-level.ts";
import { compileEngine } from "../../src/worker/compile-engine.ts";
import type { Outcome } from "./attack.ts";

/** The engine in this very thread: what gets out of it is found in the realm of the test. There is no kill. */
export async function sameThreadHost(): Promise<SandboxHost> {
  const module = await compileEngine();
  const realNow = Date.now;
  const clock = {
    set: (epochMs: number) => {
      Date.now = () => epochMs;
    },
  };
  return {
    level: sandboxLevel("thread", []),
    ended: false,
    run: async (call: GuestCall, hooks?: GuestHooks) => {
      const desk: QuestionDesk = new QuestionDesk(call, {
        ask: (question) => void hooks?.ask(question).then((text) => desk.answered({ number: question.number, text })),
        log: (line) => hooks?.log(line),
      });
      try {
        return await runGuest({ module, clock }, call, desk);
      } finally {
        Date.now = realNow;
      }
    },
    close: async () => undefined,
  };
}

const OPEN = `
const { parentPort, workerData } = require("node:worker_threads");
const { createHash } = require("node:crypto");
globalThis.require = require;
globalThis.crypto.hash = (name, data) => createHash(name).update(data).digest("hex");
globalThis.encoding = { hex: (data) => Buffer.from(data).toString("hex") };
const told = (value) => parentPort.postMessage({ value: value === undefined ? null : JSON.parse(JSON.stringify(value)) });
const failed = (error) => parentPort.postMessage({ code: "CODE_FAILED", message: String(error?.message ?? error) });
process.on("unhandledRejection", failed);
try {
  (0, eval)(workerData.source + "; globalThis.f = f;");
  Promise.resolve(f(workerData.input)).then(told, failed);
} catch (error) {
  failed(error);
}`;

/** Runs code with all rights of a thread of Node: what a check must tell from a sandbox. */
export function runOpenly(source: string): Promise<Outcome> {
  const worker = new Worker(OPEN, { eval: true, workerData: { source, input: null } });
  return new Promise<Outcome>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  }).finally(() => worker.terminate());
}
