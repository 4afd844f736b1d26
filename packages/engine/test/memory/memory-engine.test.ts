// Pins the memory adapter to the same promises as the durable one, and what it openly does not promise.
import { expect, it } from "vitest";
import { memoryEngine } from "../../src/index.ts";
import { engineContract } from "../engine-contract.ts";

engineContract("memory", async () => memoryEngine());

it("says that a cancelled run cannot go on without a journal", async () => {
  const engine = memoryEngine();
  await engine.open(async (context) => context.sleepUntil("z", Date.now() + 60_000).then(() => null));
  await engine.start({ runId: "r", input: null });
  await engine.cancel("r");
  await expect(engine.resume("r")).rejects.toMatchObject({ code: "USAGE" });
  await engine.close();
});

it("remembers only the newest ended runs", async () => {
  const engine = memoryEngine({ keepEnded: 2 });
  await engine.open(async () => null);
  for (const runId of ["a", "b", "c"]) {
    await engine.start({ runId, input: null });
    await engine.result(runId);
  }
  expect((await engine.list()).map(({ runId }) => runId)).toEqual(["c", "b"]);
  await engine.close();
});

it("takes time from the clock it is given", async () => {
  let now = 1_000;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const engine = memoryEngine({ clock });
  await engine.open(async (context) => {
    await context.sleepUntil("z", 1_000 + 40 * 86_400_000);
    return await context.now("n");
  });
  await engine.start({ runId: "r", input: null });
  expect(await engine.result("r")).toBe(1_000 + 40 * 86_400_000);
  await engine.close();
});
