// Pins: code that breaks again and again and is run again and again, code that is taken from everybody, and code that never comes back.
import { type CodeRunner, MortiseError } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type LifecycleChange, type Runtime } from "../../src/index.ts";
import { CONNECTION, codeConnector } from "../code/code-connector.ts";
import { patientClock } from "../patient-clock.ts";
import { connectorOf } from "../sample-connector.ts";

const open: Runtime[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const native = { native: { reason: "test", uses: [] } };

function setUp() {
  const clock = patientClock();
  const told: LifecycleChange[] = [];
  let runs = 0;
  const connector = connectorOf({ work: native, rest: native }, {}, {
    work: {
      call: async (input: string) => {
        runs++;
        if (input === "bug") throw new TypeError("cannot read properties of undefined");
        if (input === "refused") throw new Error("the other system said no");
        return "fine";
      },
    },
    rest: { call: async () => "fine" },
  } as never);
  const runtime = createRuntime({ connectors: [connector], clock, onLifecycle: (change) => told.push(change) });
  open.push(runtime);
  const codeOf = async (input: string, tenant = "north", operation = "work"): Promise<string> => {
    const result = await runtime.call(`sample/${operation}`, { input, tenant });
    return result.outcome === "success" ? "success" : (result.error.code ?? "");
  };
  const breakIt = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count++) expect(await codeOf("bug")).toBe("INTERNAL");
  };
  return { runtime, clock, told, codeOf, breakIt, runs: () => runs };
}

describe("a crash budget", () => {
  it("takes an operation's code out of use for the tenant whose calls broke it, says so, and runs it no more", async () => {
    const { runtime, codeOf, breakIt, runs, told } = setUp();
    await breakIt(5);
    expect(await codeOf("fine")).toBe("QUARANTINED");
    expect(runs()).toBe(5);
    expect(await codeOf("fine", "south")).toBe("success");
    expect(await codeOf("fine", "north", "rest")).toBe("success");
    expect(told).toMatchObject(
      [{ kind: "quarantined", use: "sample@1.0.0/work", tenant: "north", reason: /^INTERNAL/ }].map(loose),
    );
    expect(runtime.status().lifecycle.quarantined).toMatchObject([{ use: "sample@1.0.0/work", tenant: "north" }]);
  });

  it("counts neither what the code says of the other system, nor crashes that are long ago", async () => {
    const { clock, codeOf, breakIt } = setUp();
    for (let count = 0; count < 20; count++) expect(await codeOf("refused")).toBe("CALL_REJECTED");
    await breakIt(4);
    await clock.pass(60_000);
    await breakIt(4);
    expect(await codeOf("fine")).toBe("success");
  });

  it("lets one call through after its time: code that broke still waits twice as long, code that works is back", async () => {
    const { clock, codeOf, breakIt, told } = setUp();
    await breakIt(5);
    await clock.pass(59_999);
    expect(await codeOf("fine")).toBe("QUARANTINED");
    await clock.pass(1);
    expect(await codeOf("bug")).toBe("INTERNAL");
    await clock.pass(60_000);
    expect(await codeOf("fine")).toBe("QUARANTINED");
    await clock.pass(60_000);
    const [probe, other] = await Promise.all([codeOf("fine"), codeOf("fine")]);
    expect([probe, other]).toEqual(["success", "QUARANTINED"]);
    expect(await codeOf("fine")).toBe("success");
    expect(told.map(({ kind }) => kind)).toEqual(["quarantined", "quarantined", "released"]);
  });

  it("is lifted by a person", async () => {
    const { runtime, codeOf, breakIt, told } = setUp();
    await breakIt(5);
    expect(runtime.connector("sample").release()).toBe(1);
    expect(await codeOf("fine")).toBe("success");
    expect(told.at(-1)).toEqual({ kind: "released", use: "sample@1.0.0/work", tenant: "north", by: "person" });
  });

  it.each([
    ["CODE_TIMEOUT", true],
    ["CODE_FAILED", true],
    ["LIMIT_EXCEEDED", true],
    ["OVERLOADED", false],
  ] as const)("counts code in the sandbox that ends with %s: %s", async (code, isCrash) => {
    let runs = 0;
    const runner: CodeRunner = {
      run: async () => {
        runs++;
        throw new MortiseError(code, "operations.run broke.");
      },
    };
    const runtime = createRuntime({ connectors: [codeConnector("")], code: runner, crashBudget: { crashes: 2 } });
    open.push(runtime);
    const ends: string[] = [];
    for (let count = 0; count < 3; count++) {
      const result = await runtime.call("sample/run", { input: {}, connection: CONNECTION });
      ends.push(result.outcome === "success" ? "success" : result.error.code);
    }
    expect(ends).toEqual([code, code, isCrash ? "QUARANTINED" : code]);
    expect(runs).toBe(isCrash ? 2 : 3);
  });

  it("wants numbers from 1", () => {
    expect(() => createRuntime({ connectors: [], crashBudget: { crashes: 0 } })).toThrow("crashBudget.crashes is 0");
  });
});

const loose = <T extends { readonly reason: RegExp }>({ reason, ...rest }: T) => ({
  ...rest,
  reason: expect.stringMatching(reason),
});
