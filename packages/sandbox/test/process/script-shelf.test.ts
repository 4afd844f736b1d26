// Pins: a script that is sent with every call, one that the process was told to forget and is not sent again, and a shelf that grows for ever.
import { describe, expect, it } from "vitest";
import { processCommands } from "../../src/process/process-command.ts";
import { openProcessHost } from "../../src/process/process-host.ts";
import { ScriptShelf } from "../../src/process/script-shelf.ts";
import { sandboxLimits } from "../../src/sandbox-limits.ts";

describe("a shelf of scripts", () => {
  it("gives a script's text once, and its number from then on", () => {
    const shelf = new ScriptShelf();
    expect(shelf.mention("one")).toEqual({ script: 1, source: "one" });
    expect(shelf.mention("two")).toEqual({ script: 2, source: "two" });
    expect(shelf.mention("one")).toEqual({ script: 1 });
  });

  it("forgets what was not used the longest, by number and by size, and says so", () => {
    const many = new ScriptShelf();
    for (let at = 1; at <= 200; at++) expect(many.mention(`script ${at}`)).not.toHaveProperty("forget");
    many.mention("script 1");
    expect(many.mention("one more")).toEqual({ script: 201, source: "one more", forget: [2] });
    expect(many.mention("script 2")).toEqual({ script: 202, source: "script 2", forget: [3] });

    const large = new ScriptShelf();
    const megabyte = "x".repeat(2 ** 20 - 2);
    for (let at = 10; at < 26; at++) expect(large.mention(`${at}${megabyte}`)).not.toHaveProperty("forget");
    expect(large.mention(`26${megabyte}`)).toMatchObject({ script: 17, forget: [1] });
  });
});

it("a process runs the scripts that it was told, again and again, also after it was told to forget", async () => {
  const [strictest] = processCommands();
  if (strictest === undefined) throw new Error("There is no way to start it.");
  const limits = sandboxLimits({ outputBytes: 1_000 });
  const host = await openProcessHost(strictest, { limits, reasons: [] });
  const answer = async (n: number): Promise<unknown> => {
    const source = `const go = () => ${n}; // ${"-".repeat(200_000)}`;
    const made = await host.run({ source, functionName: "go", input: "null", capabilities: [], nowMs: 0, limits });
    return made.ok ? JSON.parse(made.output) : made;
  };
  try {
    // 16 MB are 80 of these: the first is forgotten on the way.
    for (let n = 0; n < 90; n++) expect(await answer(n)).toBe(n);
    for (const n of [0, 89, 0]) expect(await answer(n)).toBe(n);
  } finally {
    await host.close();
  }
});
