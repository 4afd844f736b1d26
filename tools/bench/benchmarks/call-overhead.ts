/** `runtime.call` of a declarative GET on loopback against the same GET by fetch and by got, in turns. */
import { Agent } from "node:http";
import got from "got";
import { report } from "../figure.ts";
import { openLoopback } from "../loopback.ts";
import { quantile } from "../quantile.ts";

const WARM_UP = 300;
const CALLS = 2_000;

const { origin, runtime, connection, close } = await openLoopback();
const url = `${origin}/things/7`;
const main = connection();
const agent = new Agent({ keepAlive: true });

const ways = {
  mortise: async () => {
    const answered = await runtime.call("loopback/read", { connection: main, input: { id: "7" } });
    if (answered.outcome !== "success") throw new Error(JSON.stringify(answered));
  },
  fetch: async () => void (await (await fetch(url)).json()),
  got: async () => void (await got(url, { agent: { http: agent }, retry: { limit: 0 } }).json()),
};

const taken = { mortise: [] as number[], fetch: [] as number[], got: [] as number[] };
for (let call = -WARM_UP; call < CALLS; call++) {
  for (const way of ["mortise", "fetch", "got"] as const) {
    const started = performance.now();
    await ways[way]();
    if (call >= 0) taken[way].push(performance.now() - started);
  }
}
agent.destroy();
await close();

report(
  (["fetch", "got"] as const).flatMap((baseline) =>
    [0.5, 0.95].map((part) => ({
      what: `runtime.call of a GET, p${part * 100}`,
      unit: "ms",
      value: quantile(taken.mortise, part),
      baseline: { what: baseline, value: quantile(taken[baseline], part) },
    })),
  ),
);
