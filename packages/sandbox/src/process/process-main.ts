/**
 * The process in which guests run: calls come in on stdin, answers go out on stdout, one JSON document a line.
 *
 * It ends with its parent: when stdin closes, and by a signal that nothing can hold up.
 */
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import type { GuestCall } from "../guest/guest-call.ts";
import { compileEngine } from "../worker/compile-engine.ts";
import { WorkerPool } from "../worker/worker-pool.ts";
import { lineReader } from "./line-reader.ts";
import type {
  AnswerMessage,
  CallMessage,
  LineMessage,
  QuestionMessage,
  ReadyMessage,
  ReplyMessage,
  StopMessage,
} from "./messages.ts";

const MAX_CALL_BYTES = 64 * 2 ** 20;

const end = (): void => {
  process.kill(process.pid, "SIGKILL");
  // The first process of a namespace does not die of its own signals.
  process.exit(1);
};
const send = (message: ReadyMessage | AnswerMessage | QuestionMessage | LineMessage): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

// A terminal sends these to the whole group; the parent says when this process ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

const pool = new WorkerPool({ module: await compileEngine(), onStuck: end });
/** Calls that are being made: their open questions and how they are ended. */
const calls = new Map<number, { readonly open: Map<number, (text: string) => void>; readonly stop: AbortController }>();
/** As the other side keeps count of them: what it mentions is here. */
const scripts = new Map<number, string>();
const scriptOf = ({ script, source, forget = [] }: CallMessage): string => {
  for (const number of forget) scripts.delete(number);
  if (source !== undefined) scripts.set(script, source);
  return scripts.get(script) ?? "";
};
const make = async ({ id, call }: { readonly id: number; readonly call: GuestCall }): Promise<void> => {
  const open = new Map<number, (text: string) => void>();
  let cpuMs: number | undefined;
  const stop = new AbortController();
  calls.set(id, { open, stop });
  const answer = await pool.run(call, {
    ask: (question) =>
      new Promise((resolve) => {
        open.set(question.number, resolve);
        send({ id, question });
      }),
    log: (line) => send({ id, line }),
    spent: (used) => {
      cpuMs = used;
    },
    signal: stop.signal,
  });
  calls.delete(id);
  send({ id, answer, ...(cpuMs === undefined ? {} : { cpuMs }) });
};
const take = (message: CallMessage | ReplyMessage | StopMessage): void => {
  const call = calls.get(message.id);
  if ("call" in message) void make({ id: message.id, call: { ...message.call, source: scriptOf(message) } });
  else if ("stop" in message) call?.stop.abort();
  else {
    call?.open.get(message.number)?.(message.text);
    call?.open.delete(message.number);
  }
};

process.stdin.on(
  "data",
  lineReader(MAX_CALL_BYTES, { onLine: (line) => take(JSON.parse(line) as Parameters<typeof take>[0]), onOverlong: end }),
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
