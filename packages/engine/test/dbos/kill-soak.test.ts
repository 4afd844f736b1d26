// Pins what kills at random moments may cost: no run, and no step whose result was in the journal (R01, R03; invariants I1 to I5). Kills two
// processes in turn while a third starts runs. Here a few kills; MORTISE_KILLS=200 and MORTISE_RUNS_PER_SECOND=50 are the whole test.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, expect, it } from "vitest";
import { embeddedPostgres } from "../../src/index.ts";
import type { Op } from "../script-program.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { effectsIn, spawnWorker, type Worker } from "../worker/spawn-worker.ts";

const setting = (name: string, absent: number) => Number(process.env[name] ?? absent);
const KILLS = setting("MORTISE_KILLS", 4);
const RUNS_PER_SECOND = setting("MORTISE_RUNS_PER_SECOND", 8);

const folder = temporaryFolder();
const effects = join(folder.path, "effects.txt");
const workers: Worker[] = [];
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.kill("SIGKILL")));
  folder.remove();
});

const step = (key: string, ms: number): Op => ({ op: "step", key, ms });
const ops: readonly Op[] = [
  step("a", 20),
  { op: "fork", key: "f", strands: { l: [step("l1", 60), step("l2", 20)], r: [step("r1", 40)] } },
  step("z", 20),
];
const PATHS = ["a", "f/l/l1", "f/l/l2", "f/r/r1", "z"];

it(
  "loses no run and repeats no completed step, whenever its processes are killed",
  async () => {
    writeFileSync(effects, "");
    // Holds the database, so that a worker's death takes no database along, and starts the runs.
    const server = await embeddedPostgres({ dataDir: folder.path });
    const spawn = (name: string) => {
      const worker = spawnWorker(folder.path, effects, name);
      workers.push(worker);
      return worker;
    };
    let random = 20_261_122;
    const chance = () => {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
      return random / 2_147_483_648;
    };
    let [one, two] = [spawn("A"), spawn("B")] as [Worker, Worker];
    await Promise.all([one.ready, two.ready]);
    const started: string[] = [];
    let isOver = false;
    const startRuns = async () => {
      while (!isOver) {
        const runId = `soak-${started.length}`;
        // Same id, same run: a start whose process died is asked of the other.
        const start = (worker: Worker) =>
          worker.call("start", { runId, input: { ops } }).then(
            () => true,
            () => false,
          );
        while (!(await start(started.length % 2 === 0 ? one : two))) await sleep(50);
        started.push(runId);
        await sleep(1_000 / RUNS_PER_SECOND);
      }
    };
    const starting = startRuns();
    const killedAt: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(300 + chance() * 1_200);
      const dying = kill % 2 === 0 ? one : two;
      await dying.kill("SIGKILL");
      killedAt.push(Date.now());
      const next = spawn(kill % 2 === 0 ? "A" : "B");
      if (kill % 2 === 0) one = next;
      else two = next;
      await next.ready;
    }
    isOver = true;
    await starting;
    const client = new pg.Client(server.connection);
    await client.connect();
    const open = async () => {
      const { rows } = await client.query<{ n: number }>(
        "select count(*)::int as n from dbos.workflow_status where status not in ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')",
      );
      return rows[0]?.n;
    };
    const stopped = Date.now();
    await expect.poll(open, { timeout: 120_000, interval: 200 }).toBe(0);
    const drainedMs = Date.now() - stopped;
    const { rows: ends } = await client.query<{ id: string; status: string }>(
      "select workflow_uuid as id, status from dbos.workflow_status where name = 'mortise.run'",
    );
    const { rows: journal } = await client.query<{ id: string; name: string; at: string }>(
      "select workflow_uuid as id, function_name as name, completed_at_epoch_ms as at from dbos.operation_outputs",
    );
    await client.end();

    const lost = started.filter((runId) => ends.find(({ id }) => id === runId)?.status !== "SUCCESS");
    const journaledAt = new Map(journal.map(({ id, name, at }) => [`${id}/${name}`, Number(at)]));
    const done = effectsIn(effects);
    const byStep = Map.groupBy(done, ({ runId, path }) => `${runId}/${path}`);
    // A step that runs although its result is in the journal leaves an effect after that entry.
    const repeated = [...byStep].filter(([place, all]) => all.some(({ atMs }) => atMs > (journaledAt.get(place) ?? 0)));
    const inFlight = done.length - byStep.size;
    const otherKeys = [...byStep.values()].filter((all) => new Set(all.map(({ key }) => key)).size > 1);
    process.stdout.write(
      `R01: ${killedAt.length} kills, ${started.length} runs, ${byStep.size} steps: ${lost.length} lost, ${repeated.length} completed steps repeated, ` +
        `${inFlight} in flight repeated with the same key; drained in ${drainedMs} ms\n`,
    );
    expect(lost).toEqual([]);
    expect(repeated).toEqual([]);
    expect(otherKeys).toEqual([]);
    expect(byStep.size).toBe(started.length * PATHS.length);
    await server.stop();
  },
  KILLS * 30_000 + 120_000,
);
