/** The thread in which guests run, one call after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { stopClock } from "../guest/guest-clock.ts";
import { QuestionDesk } from "../guest/question-desk.ts";
import { runGuest } from "../guest/run-guest.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

const clock = stopClock();
const { module } = workerData as { readonly module: WebAssembly.Module };
const send = (message: FromWorker): void => parentPort?.postMessage(message);
let current: { readonly run: number; readonly desk: QuestionDesk } | undefined;

parentPort?.on("message", async (message: ToWorker) => {
  const { run } = message;
  if ("number" in message) {
    if (current?.run === run) current.desk.answered(message);
    return;
  }
  const desk = new QuestionDesk(message.call, {
    ask: (question) => send({ run, question }),
    log: (line) => send({ run, line }),
  });
  current = { run, desk };
  const start = process.threadCpuUsage();
  const answer = await runGuest({ module, clock }, message.call, desk);
  const { user, system } = process.threadCpuUsage(start);
  current = undefined;
  send({ run, answer, cpuMs: (user + system) / 1_000 });
});
send("ready");
