// Pins: tokens that end as soon as they come, which keep the server busy with nothing but renewing them.
import { expect, test } from "vitest";
import type { ConnectionHealthStore } from "../../packages/server/src/store/connection-health-store.ts";
import { Sweep } from "../../packages/server/src/tokens/sweep.ts";

test("connections that are due again as soon as they were renewed are renewed once a look", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `mayfly-${index}`);
  const renewed: string[] = [];
  let at = 0;
  const health = {
    claimDue: async (most: number) =>
      Array.from({ length: most }, () => ({ connection: names[at++ % names.length] ?? "", isDue: true, expiresAtMs: 0 })),
    plan: async () => undefined,
  } as unknown as ConnectionHealthStore;
  const runtime = {
    keepAlive: async ({ connection }: { readonly connection: unknown }) => {
      renewed.push(String(connection));
      if (renewed.length > 1_000) throw new Error("This look never ends.");
      return { expiresAtMs: 0, nextRefreshMs: 0 };
    },
  };
  const clock = { sleep: async () => undefined, random: () => 0 };
  const sweep = new Sweep({ health, runtime, clock, log: () => undefined });
  setTimeout(() => void sweep.close(), 5_000).unref();
  await sweep.look();
  await sweep.close();
  expect(renewed.toSorted()).toEqual(names.toSorted());
});
