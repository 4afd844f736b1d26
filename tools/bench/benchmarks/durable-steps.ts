/** Runs of three steps a second on the durable engine against bare INSERT commits on the same embedded PostgreSQL. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dbosEngine } from "@mortise/engine";
import { type Figure, report } from "../figure.ts";

const SECONDS = 4;

/** How often work gets done a second, so many at once. */
async function perSecond(atOnce: number, work: (count: number) => Promise<unknown>): Promise<number> {
  let count = 0;
  const started = performance.now();
  const until = started + SECONDS * 1_000;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < until) await work(count++);
    }),
  );
  return count / ((performance.now() - started) / 1_000);
}

const folder = await mkdtemp(join(tmpdir(), "mortise-durable-"));
const engine = await dbosEngine({ dataDir: folder });
try {
  await engine.open(async (ctx) => {
    for (const step of ["read", "shape", "write"]) await ctx.step(step, async () => ({ step }));
    return "done";
  });
  await engine.pool.query("create table bench (id bigint generated always as identity primary key, data jsonb not null)");
  const run = async (runId: string): Promise<void> => {
    await engine.start({ runId, input: {} });
    await engine.result(runId);
  };
  for (let count = 0; count < 50; count++) await run(`warm-up-${count}`);

  const figures: Figure[] = [];
  for (const atOnce of [1, 16]) {
    const commits = await perSecond(atOnce, () =>
      engine.pool.query("insert into bench (data) values ($1)", ['{"step":"write"}']),
    );
    const runs = await perSecond(atOnce, (count) => run(`at-${atOnce}-${count}`));
    figures.push({
      what: `runs of three steps, ${atOnce} at once`,
      unit: "1/s",
      value: runs,
      baseline: { what: `INSERT commits, ${atOnce} at once`, value: commits },
    });
  }
  report(figures);
} finally {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
}
