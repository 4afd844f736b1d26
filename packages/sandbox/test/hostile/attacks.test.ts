// Pins: code of a connector that reaches the host, holds it up, fills its memory or comes back as something else than data. Every attack
// names the one outcome that is no escape; the controls at the end show that the checks can fail.
import type { Json } from "@mortise/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sandboxIn } from "../../src/create-sandbox.ts";
import { CAPABILITIES } from "../../src/guest/guest-call.ts";
import { type HostOpener, hostOpeners } from "../../src/open-host.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { sandboxLimits } from "../../src/sandbox-limits.ts";
import { type Attack, escaped, f, type Outcome } from "./attack.ts";
import { MEMORY } from "./attacks/memory.ts";
import { DEAF, PROCESSOR_TIME } from "./attacks/processor-time.ts";
import { QUESTIONS } from "./attacks/questions.ts";
import { REACH_HOST } from "./attacks/reach-host.ts";
import { RETURNED_VALUES } from "./attacks/returned-values.ts";
import { runOpenly, sameThreadHost } from "./hosts.ts";
import { runAttack } from "./run-attack.ts";

const ATTACKS = [...REACH_HOST, ...RETURNED_VALUES, ...QUESTIONS, ...PROCESSOR_TIME, ...DEAF, ...MEMORY];
// Shorter than the default, as every limit that is met is waited for; the wall is far from what this needs on a busy machine, but for
// the deaf, which nothing else ends.
const limits = sandboxLimits({ cpuMs: 200, wallMs: 60_000 });
const shortWall = sandboxLimits({ cpuMs: 200, wallMs: 1_000 });

const REALM = [Object, Function, Array, String, Promise, Map, Error, RegExp, Date].flatMap((one) => [one, one.prototype]);
const ownNames = (): string => JSON.stringify([globalThis, ...REALM].map((one) => Reflect.ownKeys(one).map(String)));

interface Place {
  readonly name: string;
  readonly openers: readonly HostOpener[];
  readonly atOnce: number;
  readonly attacks: readonly Attack[];
}

/** What could leave something behind; the others only take time. */
const IN_REACH = [...REACH_HOST, ...RETURNED_VALUES, ...QUESTIONS, ...MEMORY];

const PLACES: readonly Place[] = [
  { name: "the strictest place there is here", openers: hostOpeners(limits), atOnce: 4, attacks: ATTACKS },
  { name: "the engine in this very thread", openers: [sameThreadHost], atOnce: 1, attacks: IN_REACH },
];

describe.each(PLACES)("attacks in $name", ({ name, openers, atOnce, attacks }) => {
  const sandbox = sandboxIn(openers, limits, { atOnce });
  const killing = sandboxIn(hostOpeners(shortWall), shortWall, { atOnce });
  const outcomes = new Map<string, Outcome>();
  const before = ownNames();

  beforeAll(async () => {
    const attackAt = async (place: Sandbox, attack: Attack): Promise<void> =>
      void outcomes.set(attack.name, await runAttack(place, attack));
    await Promise.all(attacks.map((attack) => attackAt(DEAF.includes(attack) ? killing : sandbox, attack)));
  });
  afterAll(async () => {
    await sandbox.close();
    await killing.close();
  });

  it.each(attacks)("$name", (attack) => {
    const outcome = outcomes.get(attack.name) as Outcome;
    expect(escaped(attack, outcome), JSON.stringify(outcome).slice(0, 500)).toBe(false);
  });

  it("leave nothing behind in this realm", () => {
    expect(ownNames()).toBe(before);
    expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
  });

  it("leave nothing behind for the next call", async () => {
    const look = f("return [typeof left, typeof ({}).left, crypto.hash('sha256', 'x').length, [1].map((one) => one)];");
    const leave = f(
      "globalThis.left = 1; Object.prototype.left = 1; Array.prototype.map = () => 1; JSON.stringify = () => 1; return 1;",
    );
    for (let round = 0; round < 2 * atOnce; round++) await sandbox.run({ source: leave, functionName: "f", input: null });
    const seen = await sandbox.run({ source: look, functionName: "f", input: null, capabilities: CAPABILITIES });
    expect(seen).toEqual(["undefined", "undefined", 64, [1]]);
  });

  it("are counted", async () => {
    const escapes = attacks.filter((attack) => escaped(attack, outcomes.get(attack.name) as Outcome));
    console.log(`${attacks.length} attacks, ${escapes.length} escapes (${name}: ${(await sandbox.level()).level})`);
    expect(attacks.length).toBeGreaterThanOrEqual(55);
    expect(escapes).toEqual([]);
  });
});

describe("the checks of the attacks", () => {
  // What is about the engine's own refusals, or fails in V8 by itself, is no attack where there is no engine.
  const open = REACH_HOST.filter(({ name }) => !/argument|throws|receiver|who called/.test(name));

  it.each(open)("find an escape in a thread of Node: $name", async (attack) => {
    expect(escaped(attack, await runOpenly(attack.source))).toBe(true);
  });

  const harmless: Json = { went: "well" };
  it.each(ATTACKS)("do not take a result that just comes back for contained: $name", (attack) => {
    expect(escaped(attack, { value: harmless })).toBe(true);
    expect(escaped(attack, { code: "INTERNAL", message: "" })).toBe(true);
  });
});
