import type { CustomCode } from "@mortise/auth";
import { connectorDocs, contractTypes } from "@mortise/cli";
import type { Contract } from "@mortise/contract";
import { brokenSampleOf, sampleOf } from "@mortise/contract/samples";
import { type CallRequest, createRuntime, type Runtime } from "@mortise/runtime";
import { createSimulator, type Simulator } from "@mortise/simulator";
import { deadLinks } from "../../packages/cli/test/docs/dead-links.ts";

/** What came out of a contract. */
export interface Proof {
  /** Its types, as TypeScript, and values of them: samples of every input and output. */
  readonly types: string;
  /** Calls that came back valid. */
  readonly calls: number;
}

const MOST_PAGES = 20;

/** What the one piece of code that contracts here have comes to, without a process of its own for each of them. */
const SIGNS_WITHOUT_SANDBOX: CustomCode = {
  run: async ({ input }) => ({
    query: { at: "1" },
    cookies: { s: (input as { credential: { secret: string } }).credential.secret },
  }),
};

/** Derives everything from a contract and calls each of its operations against its own simulator. Throws on the first thing that is wrong. */
export async function proveContract(contract: Contract): Promise<Proof> {
  const types = await contractTypes(contract);
  const dead = deadLinks(connectorDocs(contract));
  if (dead.length > 0) throw new Error(`docs: dead links: ${dead.join(", ")}`);
  const simulator = await createSimulator(contract, { seed: 5 });
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    unsafeOrigins: simulator.unsafeOrigins,
    customCode: SIGNS_WITHOUT_SANDBOX,
  });
  const schemes = Object.keys(contract.auth);
  const definitions = contract.schemas ?? {};
  const values: string[] = [];
  let calls = 0;
  try {
    for (const [name, operation] of Object.entries(contract.operations)) {
      const input = sampleOf(operation.input, { seed: 11, definitions });
      const output = sampleOf(operation.output, { seed: 11, definitions });
      if (input === undefined || output === undefined) continue;
      for (const [member, value] of Object.entries({ input, output })) {
        values.push(`export const v${values.length}: Operations["${name}"]["${member}"] = ${JSON.stringify(value)};`);
      }
      const own = operation.auth ?? schemes;
      const request = { input, connection: simulator.connectionFor(own[calls % own.length]) };
      const result = await runtime.call(`${contract.name}/${name}`, request);
      if (result.outcome !== "success") {
        throw new Error(
          `${name}: ${result.outcome} ${JSON.stringify(result.error).slice(0, 1_000)} for ${JSON.stringify(input).slice(0, 500)}`,
        );
      }
      const broken = brokenSampleOf(operation.input, { seed: 11, definitions });
      if (broken !== undefined)
        await isRefused(runtime, simulator, `${contract.name}/${name}`, { ...request, input: broken.value });
      if (operation.stream !== undefined) await readToTheEnd(runtime, `${contract.name}/${name}`, request);
      calls += 1;
    }
    return { types: `${types}\n${values.join("\n")}\n`, calls };
  } finally {
    await runtime.close();
    await simulator.close();
  }
}

async function isRefused(runtime: Runtime, simulator: Simulator, operation: string, request: CallRequest): Promise<void> {
  const before = simulator.requests.length;
  const { outcome } = await runtime.call(operation, request);
  if (outcome === "success" || simulator.requests.length !== before)
    throw new Error(`${operation}: ${outcome} for the broken input ${JSON.stringify(request.input).slice(0, 500)}`);
}

async function readToTheEnd(runtime: Runtime, operation: string, request: CallRequest): Promise<void> {
  let pages = 0;
  for await (const _ of runtime.stream(operation, request)) {
    pages += 1;
    if (pages > MOST_PAGES) throw new Error(`${operation}: the list does not end`);
  }
}
