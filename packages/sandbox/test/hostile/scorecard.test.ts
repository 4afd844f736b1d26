// Pins R23 and R24 of the reliability scorecard: an attack that gets out, is not ended, takes more memory than it may or harms the host; and
// threads, files and memory that are lost with every call. In the suite R23 runs what is cheap three times and one of each costly kind, R24 300
// calls. MORTISE_SANDBOX_FULL=1: all attacks three times, and ends are held against the clock (an idle machine is needed).
// MORTISE_SANDBOX_SOAK=100000: so many calls.
import { afterAll, describe, expect, it } from "vitest";
import { createSandbox } from "../../src/create-sandbox.ts";
import { type Attack, escaped } from "./attack.ts";
import { MEMORY } from "./attacks/memory.ts";
import { DEAF, PROCESSOR_TIME } from "./attacks/processor-time.ts";
import { QUESTIONS } from "./attacks/questions.ts";
import { REACH_HOST } from "./attacks/reach-host.ts";
import { RETURNED_VALUES } from "./attacks/returned-values.ts";
import { runAttack } from "./run-attack.ts";
import { sandboxProcess } from "./sandbox-process.ts";

const MIB = 2 ** 20;
const ROUNDS = 3;
const isFull = process.env.MORTISE_SANDBOX_FULL === "1";
/** Far from what anything here needs on a busy machine; where ends are held against the clock, what an operation's caller would wait. */
const WALL_MS = isFull ? 2_000 : 120_000;
const soak = Number(process.env.MORTISE_SANDBOX_SOAK ?? 300);

const CHEAP = [...REACH_HOST, ...RETURNED_VALUES, ...QUESTIONS].filter(({ contained }) => !isEndedByTime(contained));
const COSTLY = [...REACH_HOST, ...RETURNED_VALUES, ...QUESTIONS, ...PROCESSOR_TIME, ...DEAF, ...MEMORY].filter(
  (attack) => !CHEAP.includes(attack),
);
const ONE_OF_EACH = [PROCESSOR_TIME[0], PROCESSOR_TIME[1], MEMORY[0], MEMORY.at(-1)].flatMap((one) =>
  one === undefined ? [] : [one],
);

function isEndedByTime(contained: Attack["contained"]): boolean {
  return "code" in contained && contained.code.includes("CODE_TIMEOUT");
}

const HONEST = {
  source: "async function f(input, ctx) { return { n: input.n + 1, seen: await ctx.state.get('a') }; }",
  functionName: "f",
};
const GRANTED = { context: { settings: {} }, granted: ["state.get"], hooks: { ask: async () => "=1", log: () => undefined } };

describe("the scorecard of the sandbox", () => {
  const sandbox = createSandbox({ limits: { wallMs: WALL_MS, cpuMs: 1_000 }, atOnce: 1 });
  afterAll(() => sandbox.close());
  const honest = (n: number) => sandbox.run({ ...HONEST, input: { n }, ...GRANTED });

  it("R23: no attack gets out, each is ended, and memory stays below its cap and 40 MB", async () => {
    for (let warm = 0; warm < 5; warm++) await honest(warm);
    const { rssBytes: before = 0, threads = 0 } = sandboxProcess() ?? {};
    const plan = [
      ...Array.from({ length: ROUNDS }, () => CHEAP).flat(),
      ...(isFull ? [...COSTLY, ...COSTLY, ...COSTLY] : ONE_OF_EACH),
    ];
    const escapes: string[] = [];
    let peak = 0;
    let longest = 0;
    let slowest = "";
    const look = setInterval(() => {
      peak = Math.max(peak, sandboxProcess()?.rssBytes ?? 0);
    }, 20);
    for (const attack of plan) {
      const from = performance.now();
      const outcome = await runAttack(sandbox, attack);
      const tookMs = performance.now() - from;
      if (tookMs > longest) slowest = attack.name;
      longest = Math.max(longest, tookMs);
      // A thread that was given up is gone a moment later; until then its memory is there beside that of the next one.
      if (COSTLY.includes(attack))
        await expect.poll(() => sandboxProcess()?.threads ?? 0, { timeout: 60_000 }).toBeLessThanOrEqual(threads);
      if (escaped(attack, outcome)) escapes.push(`${attack.name}: ${JSON.stringify(outcome).slice(0, 200)}`);
    }
    clearInterval(look);
    const { level } = await sandbox.level();
    const kinds = new Set(plan).size;
    const more = Math.round((peak - before) / MIB);
    console.log(
      `R23 (${level}): ${kinds} attacks, ${plan.length} runs, ${escapes.length} escapes; longest ${Math.round(longest)} ms (wall ${WALL_MS}; ${slowest}); RSS +${more} MB over ${Math.round(before / MIB)} (cap 32 + 40)`,
    );
    expect(escapes).toEqual([]);
    expect(kinds).toBeGreaterThanOrEqual(60);
    expect(more).toBeLessThanOrEqual(32 + 40);
    expect(await honest(41)).toEqual({ n: 42, seen: 1 });
    if (isFull) expect(longest).toBeLessThanOrEqual(WALL_MS + 100);
  });

  it("R24: call after call, one in a hundred an attack, nothing is lost", async () => {
    const attacks = isFull ? COSTLY : ONE_OF_EACH;
    for (let at = 0; at < 100; at++) await honest(at);
    const before = sandboxProcess();
    let half = before;
    for (let at = 0; at < soak; at++) {
      const attack = attacks[Math.floor(at / 100) % attacks.length];
      if (at % 100 === 50 && attack !== undefined) await runAttack(sandbox, attack);
      else await honest(at);
      if (at === Math.floor(soak / 2)) half = sandboxProcess();
    }
    // A thread that was given up is gone a moment later.
    await expect.poll(() => sandboxProcess()?.threads ?? 0, { timeout: 60_000 }).toBeLessThanOrEqual(before?.threads ?? 0);
    const after = sandboxProcess();
    const grown = ((after?.rssBytes ?? 0) / (half?.rssBytes ?? 1) - 1) * 100;
    console.log(
      `R24: ${soak} calls; threads ${before?.threads} → ${after?.threads}, files ${before?.files} → ${after?.files}, RSS ${Math.round((half?.rssBytes ?? 0) / MIB)} → ${Math.round((after?.rssBytes ?? 0) / MIB)} MB over the second half (${grown.toFixed(1)} %)`,
    );
    expect(after?.files).toBe(before?.files);
    if (soak >= 10_000) expect(grown).toBeLessThanOrEqual(5);
  });
});
