/**
 * How long a simulator takes from a contract of 1,000 operations to its first answer, and what keeping state costs a request. The baseline
 * of the start is a bare server of Node that answers the same request; that of a request is a contract whose operations belong to nothing.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Contract, Operation } from "@mortise/contract";
import { createSimulator } from "@mortise/simulator";
import { type Figure, report } from "../figure.ts";
import { quantile } from "../quantile.ts";

const OPERATIONS = 1_000;
const STARTS = 7;
const REQUESTS = 300;

const THING = {
  type: "object",
  required: ["id", "name"],
  properties: { id: { type: "string" }, name: { type: "string" }, size: { type: "integer" } },
} as const;
const common = { title: "Sample", scopes: [], identity: ["/id"], outcomes: [], examples: [], output: THING } as const;
const byId = { type: "object", required: ["id"], properties: { id: { type: "string" } } } as const;
const named = { type: "object", required: ["name"], properties: { name: { type: "string" } } } as const;

/** Pairs of an operation that creates and one that reads; `linked`: of the same thing. */
function contractOf(linked: boolean): Contract {
  const pairs = Array.from({ length: OPERATIONS / 2 }, (_, index): readonly (readonly [string, Operation])[] => {
    const url = `/v1/area${index % 50}/things${index}`;
    const read: Operation = {
      ...common,
      effect: "read",
      idempotency: "natural",
      input: byId,
      request: { method: "GET", url: `${url}/{id}${linked ? "" : "/view"}`, path: { id: { $cel: "input.id" } } },
    };
    const body = { name: { $cel: "input.name" } };
    const create: Operation = {
      ...common,
      effect: "create",
      idempotency: "none",
      input: named,
      request: { method: "POST", url, body },
    };
    return [
      [`get${index}`, read],
      [`create${index}`, create],
    ];
  });
  const operations = Object.fromEntries(pairs.flat());
  const about = { name: "large", version: "1.0.0", title: "Large", publisher: "acme", hosts: ["api.large.example"] } as const;
  return { format: "mortise.contract/1", ...about, auth: {}, budgets: {}, operations };
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await run();
  return performance.now() - before;
}

async function bare(): Promise<void> {
  const server = createServer((_, response) => response.end('{"id":"1","name":"x"}'));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).text();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function started(contract: Contract): Promise<void> {
  const simulator = await createSimulator(contract);
  await (await fetch(`${simulator.origin}/v1/area49/things499/a`)).text();
  await simulator.close();
}

async function requests(path: string, contract: Contract): Promise<number> {
  const simulator = await createSimulator(contract);
  const times: number[] = [];
  for (let count = 0; count < REQUESTS; count += 1)
    times.push(await timed(async () => (await fetch(simulator.origin + path)).text()));
  await simulator.close();
  return quantile(times.slice(REQUESTS / 3), 0.5);
}

const contract = contractOf(true);
await bare();
await started(contract);
const starts: number[] = [];
const baselines: number[] = [];
for (let round = 0; round < STARTS; round += 1) {
  starts.push(await timed(() => started(contract)));
  baselines.push(await timed(bare));
}
const figures: readonly Figure[] = [
  {
    what: "simulator of 1,000 operations, start to first answer",
    unit: "ms",
    value: quantile(starts, 0.5),
    baseline: { what: "bare server", value: quantile(baselines, 0.5) },
  },
  {
    what: "GET of what is kept, p50",
    unit: "ms",
    value: await requests("/v1/area0/things0/a", contract),
    baseline: { what: "GET of a sample", value: await requests("/v1/area0/things0/a/view", contractOf(false)) },
  },
];
report(figures);
