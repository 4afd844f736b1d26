import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One test of one quirk, as its file has it. */
export interface Scenario {
  readonly quirk: number;
  /** From the root of the repository. */
  readonly file: string;
  readonly title: string;
}

const CALL = /^quirk\(\s*(\d+),\s*("(?:[^"\\]|\\.)*"),/gm;

/** The calls of `quirk` in the test files, in order. Throws where one is written in a way that is not understood. */
export function quirkScenarios(root: string): readonly Scenario[] {
  const files = readdirSync(join(root, "test", "quirks")).filter((name) => name.endsWith(".test.ts"));
  return files.toSorted().flatMap((name) => {
    const text = readFileSync(join(root, "test", "quirks", name), "utf8");
    const found = [...text.matchAll(CALL)].map(([, number, title]) => ({
      quirk: Number(number),
      file: `test/quirks/${name}`,
      title: JSON.parse(title ?? '""') as string,
    }));
    const calls = text.match(/\bquirk\(/g)?.length ?? 0;
    if (calls !== found.length)
      throw new Error(`test/quirks/${name} has ${calls} calls of quirk, of which ${found.length} are understood.`);
    return found;
  });
}
