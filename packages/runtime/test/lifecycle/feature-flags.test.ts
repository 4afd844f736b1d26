// Pins: a flag that is on for the wrong tenants, or an operation behind one that runs although it is off.
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type FlagList, type Runtime } from "../../src/index.ts";
import { patientClock } from "../patient-clock.ts";
import { connectorOf } from "../sample-connector.ts";

const open: Runtime[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const native = { native: { reason: "test", uses: [] } };
const connector = connectorOf(
  { old: native, fresh: native },
  {},
  { old: { call: async () => 1 }, fresh: { call: async () => 2 } },
);

function runtimeWith(list: () => unknown, clock = patientClock()): Runtime {
  const runtime = createRuntime({ connectors: [connector], clock, flags: { source: { read: () => list() as FlagList } } });
  open.push(runtime);
  return runtime;
}

async function codeOf(runtime: Runtime, operation: string, tenant: string): Promise<string> {
  const result = await runtime.call(`sample/${operation}`, { input: null, tenant });
  return result.outcome === "success" ? "success" : (result.error.code ?? "");
}

describe("a feature flag", () => {
  it("stands before an operation for the tenants for whom it is off, and within 60 s for those for whom it is turned off", async () => {
    const clock = patientClock();
    const gates = [{ connector: "sample", version: "1", operation: "fresh" }];
    let flags: FlagList["flags"] = { "new-way": { on: true, tenants: ["north"], gates } };
    const runtime = runtimeWith(() => ({ flags }), clock);

    expect(await codeOf(runtime, "fresh", "north")).toBe("success");
    expect(await codeOf(runtime, "fresh", "south")).toBe("FEATURE_OFF");
    expect(await codeOf(runtime, "old", "south")).toBe("success");
    flags = { "new-way": { on: false, tenants: ["north"], gates } };
    await clock.pass(60_000);
    expect(await codeOf(runtime, "fresh", "north")).toBe("FEATURE_OFF");
    flags = {};
    await clock.pass(60_000);
    expect(await codeOf(runtime, "fresh", "south")).toBe("success");
  });

  it("answers code that asks: off where it is not listed or could not be read", async () => {
    const runtime = runtimeWith(() => ({
      flags: { all: { on: true }, none: { on: false }, one: { on: true, tenants: ["north"] } },
    }));
    expect(runtime.isOn("all")).toBe(false);
    await codeOf(runtime, "old", "north");
    const seen = ["all", "none", "one", "unknown", "toString"].map((flag) => [
      runtime.isOn(flag, "north"),
      runtime.isOn(flag, "south"),
    ]);
    expect(seen).toEqual([
      [true, true],
      [false, false],
      [true, false],
      [false, false],
      [false, false],
    ]);
  });

  it("of a share is on for about that many tenants, always the same ones, and all of them at a larger share", async () => {
    const share = async (part: number): Promise<Set<string>> => {
      const runtime = runtimeWith(() => ({ flags: { some: { on: true, share: part } } }));
      await codeOf(runtime, "old", "north");
      return new Set(
        Array.from({ length: 2_000 }, (_, index) => `tenant-${index}`).filter((tenant) => runtime.isOn("some", tenant)),
      );
    };
    const [none, tenth, again, half, all] = [
      await share(0),
      await share(0.1),
      await share(0.1),
      await share(0.5),
      await share(1),
    ];
    console.log(`flags: of 2,000 tenants ${tenth.size} at 0.1, ${half.size} at 0.5`);
    expect([none.size, all.size]).toEqual([0, 2_000]);
    expect(tenth.size).toBeGreaterThan(120);
    expect(tenth.size).toBeLessThan(280);
    expect(again).toEqual(tenth);
    expect([...tenth].filter((tenant) => !half.has(tenant))).toEqual([]);
  });

  it.each([
    ["a key that nobody knows", { flags: { x: { on: true, tenant: ["a"] } } }, 'did you mean "tenants"'],
    ["no boolean", { flags: { x: { on: "yes" } } }, "/flags/x/on: expected true or false"],
    ["a share beyond 1", { flags: { x: { on: true, share: 10 } } }, "/flags/x/share: expected a number from 0 to 1"],
    ["a gate without a connector", { flags: { x: { on: true, gates: [{}] } } }, "/flags/x/gates/0/connector"],
  ])("list with %s is no list", async (_, list, problem) => {
    let told: string | undefined;
    const runtime = createRuntime({
      connectors: [connector],
      flags: { source: { read: () => list as unknown as FlagList } },
      onLifecycle: (change) => {
        if (change.kind === "list") told = change.problem;
      },
    });
    open.push(runtime);
    expect(await codeOf(runtime, "old", "north")).toBe("success");
    expect(told).toContain(problem);
  });
});
