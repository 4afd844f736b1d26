// A process of its own for the crash tests: opens the engine on a folder, says so, and does what its parent asks.
// Effects are appended to a file, so they count also when the process is killed in the next instant.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { dbosEngine } from "../../src/index.ts";
import { scriptProgram } from "../script-program.ts";
import type { Answer, Order } from "./spawn-worker.ts";

const [dataDir = "", effects = "", name = "", scope = ""] = process.argv.slice(2);
const say = (answer: Answer) => process.send?.(answer);

const engine = await dbosEngine({ dataDir }, { deadAfterMs: 2_500, scope, write: () => {} });
await engine.open(
  scriptProgram(async ({ path, runId, op, attempt }) => {
    if (path.endsWith("crash")) setTimeout(() => process.kill(process.pid, "SIGKILL"), 300);
    appendFileSync(effects, `${runId} ${path} ${name} ${attempt.idempotencyKey} ${Date.now()}\n`);
    if (op.op === "step" && op.ms) await sleep(op.ms);
    return path;
  }),
);

process.on("message", ({ id, method, args }: Order) => {
  const call = engine[method] as (...args: readonly unknown[]) => Promise<unknown>;
  call.apply(engine, [...args]).then(
    (value) => say({ id, value }),
    (error) => say({ id, error: { code: error.code, message: error.message } }),
  );
  if (method === "close") void call.apply(engine, [...args]).finally(() => process.disconnect());
});
say({ id: "ready" });
