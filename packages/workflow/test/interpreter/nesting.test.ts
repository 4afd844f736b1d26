// Pins: containers inside of containers that come to something else after a crash, do something twice, or swallow a break, a stop or a
// cancel on its way outwards.
import { isMortiseError, type Json } from "@mortise/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { engineFor, ok, poison, World, workflowOf } from "../support/world.ts";

type End = { readonly output: Json } | { readonly code: string };

async function endOf(run: Promise<Json>): Promise<End> {
  try {
    return { output: await run };
  } catch (thrown) {
    if (!isMortiseError(thrown)) throw thrown;
    return { code: thrown.code };
  }
}

/** Every third write of a place fails, which depends on the place alone. */
const world = () =>
  new World({
    "test/write": ({ stepPath, input }) =>
      [...stepPath].reduce((sum, each) => sum + each.charCodeAt(0), 0) % 5 === 0 ? poison() : ok(input),
  });

/** Node sets with unique names, edges to earlier nodes only, containers of every kind up to a depth. */
function nodeSets(depth: number, inLoop = false, prefix = "n"): fc.Arbitrary<object> {
  const shape = fc.record({ kind: fc.nat(), edges: fc.array(fc.nat(), { maxLength: 2 }), any: fc.boolean(), soft: fc.boolean() });
  return fc.array(shape, { minLength: 1, maxLength: 3 }).chain((shapes) =>
    fc
      .tuple(
        ...shapes.map(({ kind }, i) => {
          const loops = LOOPS.has(kindOf(kind, depth, inLoop));
          const body = (slot: string) => nodeSets(depth - 1, inLoop || loops, `${prefix}${i}${slot}_`);
          return depth > 0 ? fc.tuple(body("a"), body("b")) : fc.constant([{}, {}] as const);
        }),
      )
      .map((bodies) =>
        Object.fromEntries(
          shapes.map(({ kind, edges, any, soft }, i) => {
            const after = [...new Set(i === 0 ? [] : edges.map((edge) => `${prefix}${edge % i}`))];
            const links = { after, ...(any && { join: "any" }), ...(soft && { onError: "continue" }) };
            const [first, second] = bodies[i] ?? [{}, {}];
            return [`${prefix}${i}`, { ...nodeOf(kindOf(kind, depth, inLoop), first, second), ...links }];
          }),
        ),
      ),
  );
}

const PLAIN = ["write", "read", "fail", "wait", "stop", "metric"];
const CONTAINERS = ["for-each", "loop", "while", "parallel", "group", "try", "retry", "enrich"];
const LOOPS: ReadonlySet<string> = new Set(["for-each", "loop", "while"]);

function kindOf(kind: number, depth: number, inLoop: boolean): string {
  const plain = inLoop ? [...PLAIN, "break"] : PLAIN;
  const all = depth > 0 ? [...plain, ...CONTAINERS, ...CONTAINERS] : plain;
  return all[kind % all.length] ?? "write";
}

function nodeOf(kind: string, nodes: object, other: object): object {
  switch (kind) {
    case "read":
      return { use: "test/read", with: { n: 2 } };
    case "fail":
      return { use: "core/fail", with: { message: "no", code: "NOT_YET" } };
    case "wait":
      return { use: "core/wait", with: { for: "2d" } };
    case "stop":
      return { use: "core/stop", with: { output: "stopped", when: { $cel: "size(steps) > 2" } } };
    case "metric":
      return { use: "core/metric", with: { name: "n" } };
    case "break":
      return { use: "core/break", with: { when: { $cel: "index == 1" } } };
    case "for-each":
      return { use: "core/for-each", with: { items: [1, 2, 3], nodes, concurrency: 2, onItemError: "continue" } };
    case "loop":
      return { use: "core/loop", with: { times: 2, nodes, collect: { $cel: "index" } } };
    case "while":
      return { use: "core/while", with: { condition: { $cel: "index < 2" }, max: 3, nodes } };
    case "parallel":
      return { use: "core/parallel", with: { branch1: nodes, branch2: other, onError: "collect" } };
    case "group":
      return { use: "core/group", with: { nodes, result: { $cel: "size(steps)" } } };
    case "try":
      return { use: "core/try", with: { nodes, catch: other, finally: {} } };
    case "retry":
      return { use: "core/retry", with: { on: ["NOT_YET", "CALL_REJECTED"], attempts: 2, nodes } };
    case "enrich":
      return { use: "core/enrich", with: { value: { a: 1 }, nodes, result: { b: 2 }, onFailure: "keep" } };
    default:
      return { use: "test/write", with: { n: 1 } };
  }
}

const RUNS = Number(process.env.MORTISE_NESTING_RUNS ?? 25);

// Full size: MORTISE_NESTING_RUNS=1000.
test("whatever is nested in whatever survives a crash at any call, and ends with a cancel at any call", async () => {
  let crashes = 0;
  let cancels = 0;
  const kinds = { output: 0, code: 0 };
  await fc.assert(
    fc.asyncProperty(nodeSets(2), fc.nat(), async (nodes, chance) => {
      const workflow = workflowOf(nodes, { $cel: "steps" });
      const undisturbed = engineFor(workflow, world());
      const expected = await endOf(undisturbed.run());
      kinds["output" in expected ? "output" : "code"]++;
      const { calls } = undisturbed;
      const every = Math.max(1, Math.floor(calls / 25));
      for (let k = 1 + (chance % every); k <= calls; k += every) {
        const killed = engineFor(workflow, world());
        killed.killAt = k;
        expect(await endOf(killed.runThroughKills()), `killed at ${k}`).toEqual(expected);
        expect(new Set(killed.executed).size, `killed at ${k}`).toBe(killed.executed.length);
        const cancelled = engineFor(workflow, world());
        cancelled.cancelAt = k;
        expect(await endOf(cancelled.run()), `cancelled at ${k}`).toEqual({ code: "RUN_CANCELLED" });
        crashes++;
        cancels++;
      }
    }),
    { numRuns: RUNS, seed: 23 },
  );
  console.log(`${RUNS} workflows (${kinds.output} succeed, ${kinds.code} fail): ${crashes} crashes, ${cancels} cancels`);
  expect(Math.min(kinds.output, kinds.code)).toBeGreaterThan(0);
});
