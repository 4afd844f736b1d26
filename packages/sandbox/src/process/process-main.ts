/**
 * The process in which guests run: calls come in on stdin, answers go out on stdout, one JSON document a line.
 *
 * It ends with its parent: when stdin closes, and by a signal that nothing can hold up.
 */
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { compileEngine } from "../worker/compile-engine.ts";
import { WorkerPool } from "../worker/worker-pool.ts";
import { lineReader } from "./line-reader.ts";
import type { AnswerMessage, CallMessage, ReadyMessage } from "./messages.ts";

const MAX_CALL_BYTES = 64 * 2 ** 20;

const end = (): void => {
  process.kill(process.pid, "SIGKILL");
  // The first process of a namespace does not die of its own signals.
  process.exit(1);
};
const send = (message: ReadyMessage | AnswerMessage): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

// A terminal sends these to the whole group; the parent says when this process ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

const pool = new WorkerPool({ module: await compileEngine(), onStuck: end });
const take = async ({ id, call }: CallMessage): Promise<void> => send({ id, answer: await pool.run(call) });

process.stdin.on(
  "data",
  lineReader(MAX_CALL_BYTES, { onLine: (line) => void take(JSON.parse(line) as CallMessage), onOverlong: end }),
);
process.stdin.on("end", end);
process.stdin.on("error", end);
process.stdout.on("error", end);

send({
  filesRefused: refused("/etc/hostname") && refused(process.execPath),
  interfaces: Object.keys(networkInterfaces()).length,
  environment: Object.keys(process.env),
});

function refused(file: string): boolean {
  try {
    readFileSync(file);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_ACCESS_DENIED";
  }
}
