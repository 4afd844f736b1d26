// Pins: a tenant whose code takes all processor time, one that pays for another, and a refusal that never ends.
import { describe, expect, it } from "vitest";
import { createSandbox } from "../src/create-sandbox.ts";
import { TenantTime } from "../src/tenant-time.ts";

const refusal = (run: () => void): unknown => {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as { readonly data: unknown }).data;
  }
};

describe("the processor time of a tenant", () => {
  it("is refused from where it is used until its minute is over (T1)", () => {
    let now = 1_000;
    const time = new TenantTime(100, () => now);
    time.add("x", 60);
    expect(refusal(() => time.check("x"))).toBeUndefined();
    now = 31_000;
    time.add("x", 40);
    expect(refusal(() => time.check("x"))).toMatchObject({ code: "OVERLOADED", retryAtMs: 61_000 });
    expect(refusal(() => time.check("y"))).toBeUndefined();
    now = 61_000;
    expect(refusal(() => time.check("x"))).toBeUndefined();
  });

  it("is counted by what calls really take, and refuses the next one", async () => {
    const sandbox = createSandbox({ tenantCpuMsPerMinute: 30, limits: { cpuMs: 20_000, wallMs: 60_000 }, now: () => 5_000 });
    const run = (tenant: string, body: string) =>
      sandbox.run({ source: `const go = () => { ${body} };`, functionName: "go", input: null, tenant });
    try {
      await run("busy", "for (let at = 0; at < 3e6; at++);");
      await expect(run("busy", "return 1;")).rejects.toMatchObject({ code: "OVERLOADED", data: { retryAtMs: 65_000 } });
      expect(await run("other", "return 1;")).toBe(1);
    } finally {
      await sandbox.close();
    }
  });
});
