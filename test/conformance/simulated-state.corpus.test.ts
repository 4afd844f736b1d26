// Pins: a fake vendor that recognises no entities in contracts of real documents, or whose answers break their schemas once something was created.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Contract, getPointer, type Json, joinPointer } from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { importOpenApi } from "@mortise/openapi";
import { createRuntime } from "@mortise/runtime";
import { createSimulator } from "@mortise/simulator";
import { beforeAll, expect, test } from "vitest";
import { setAt } from "../../packages/simulator/src/assign.ts";
import { compileRoutes } from "../../packages/simulator/src/compile-route.ts";
import { compileRoles, type Role } from "../../packages/simulator/src/state/compile-roles.ts";
import { corpusFolder, readDocument } from "./corpus.ts";

/** Resources of one document that are tried. */
const RESOURCES = 2;

interface Resource {
  readonly create: readonly [string, Role];
  readonly read: readonly [string, Role];
  readonly remove: readonly [string, Role] | undefined;
}

const contracts = new Map<string, Contract>();
beforeAll(() => {
  for (const file of readdirSync(corpusFolder, { recursive: true, encoding: "utf8" }).filter((each) =>
    /\.(json|ya?ml)$/.test(each),
  )) {
    const path = join(corpusFolder, file);
    const readFile = (each: string) => (existsSync(each) ? readFileSync(each, "utf8") : undefined);
    const { contract } = importOpenApi({ text: readDocument(path), file: path, readFile });
    if (contract !== undefined) contracts.set(relative(corpusFolder, path), contract);
  }
}, 120_000);

/** What is created, read and deleted at one path, without a parent. */
function resourcesOf(contract: Contract): readonly Resource[] {
  const roles = [...compileRoles(contract, compileRoutes(contract))].filter(([, { parents }]) => parents === 0);
  return roles.flatMap((create) => {
    const own = roles.filter(([, { resource }]) => resource === create[1].resource);
    const read = own.find(([, { kind }]) => kind === "read");
    const remove = own.find(([, { kind }]) => kind === "delete");
    return create[1].kind === "create" && read !== undefined ? [{ create, read, remove }] : [];
  });
}

test("what is created in a contract of the corpus is read with what was said of it, and gone once it was deleted", async () => {
  const faults: string[] = [];
  let linked = 0;
  let tried = 0;
  for (const [file, contract] of contracts) {
    const resources = resourcesOf(contract);
    linked += resources.length;
    if (resources.length === 0) continue;
    const simulator = await createSimulator(contract, { scenario: "empty" });
    const runtime = createRuntime({ connectors: [{ contract, natives: {} }], unsafeOrigins: simulator.unsafeOrigins });
    const call = async (name: string, input: Json) => {
      const auth = contract.operations[name]?.auth?.[0];
      const result = await runtime.call(`${contract.name}/${name}`, { input, connection: simulator.connectionFor(auth) });
      return result.outcome === "success"
        ? { output: result.output }
        : { code: result.error.code, message: result.error.message };
    };
    const sample = (name: string): Json =>
      sampleOf(contract.operations[name]?.input ?? true, {
        seed: 3,
        ...(contract.schemas ? { definitions: contract.schemas } : {}),
      }) ?? {};
    for (const { create, read, remove } of resources.slice(0, RESOURCES)) {
      tried += 1;
      const created = await call(create[0], sample(create[0]));
      const place = create[1].place;
      const key = getPointer(created.output, joinPointer(...(place?.at ?? []), place?.key ?? ""));
      if (key === undefined) {
        faults.push(`${file} ${create[0]}: ${created.message ?? "no key"}`);
        continue;
      }
      // Some documents have a key that is text where it is made, and a number where it is asked for.
      const typed = typeof key === "string" && /^-?\d+$/.test(key) ? [key, Number(key)] : [key];
      const keyed = ([name, { keyAt = [] }]: readonly [string, Role]): Json => {
        const validate = compileSchema(contract.operations[name]?.input ?? true, { schemas: contract.schemas ?? {} });
        const inputs = typed.map((each) => setAt(sample(name), keyAt, each));
        return inputs.find((each) => validate(each).ok) ?? inputs[0] ?? {};
      };
      const found = await call(read[0], keyed(read));
      if (found.output === undefined) faults.push(`${file} ${read[0]}: ${found.message}`);
      if (remove === undefined) continue;
      const removed = await call(remove[0], keyed(remove));
      const gone = await call(read[0], keyed(read));
      if (removed.output === undefined || gone.output !== undefined)
        faults.push(`${file} ${remove[0]}: ${removed.message ?? "it is there still"}`);
    }
    await runtime.close();
    await simulator.close();
  }
  console.log(
    [
      `${tried - faults.length} of ${tried} resources live and end; ${linked} are recognised in ${contracts.size} documents`,
      ...faults,
    ].join("\n  "),
  );
  expect(linked).toBeGreaterThanOrEqual(100);
  expect(faults.length).toBeLessThanOrEqual(tried * 0.1);
}, 120_000);
