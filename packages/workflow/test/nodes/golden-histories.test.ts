// Pins: an interpreter that asks its journal for something else than an earlier one wrote there, so that every run that is going on when it
// is installed breaks. Each journal was kept when the node came; MORTISE_KEEP_HISTORIES=1 keeps one of a case that has none yet. A journal
// that no longer replays means a new `abi`, never a new journal.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMortiseError, type Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import type { Workflow } from "../../src/index.ts";
import type { History, JournalEngine } from "../support/journal-engine.ts";
import { dataCases } from "./cases/data-cases.ts";
import { flowCases } from "./cases/flow-cases.ts";
import { inWorld, type NodeCase } from "./cases/node-case.ts";
import { stateCases } from "./cases/state-cases.ts";

/** What is kept of a run: its document, its journal and its end. */
interface Golden {
  readonly workflow: Workflow;
  readonly end: Json;
  readonly history: History;
}

const FOLDER = join(import.meta.dirname, "histories");
const KEEPS = process.env.MORTISE_KEEP_HISTORIES === "1";
const CASES = Object.entries({ ...flowCases, ...dataCases, ...stateCases }).flatMap(([use, { success, failure, more = {} }]) => {
  const all: readonly (readonly [string, NodeCase])[] = [
    ["success", success],
    ...("workflow" in failure ? [["failure", failure] as const] : []),
    ...Object.entries(more),
  ];
  return all.map(([title, each]) => [`${use.replace("core/", "")}--${title.replace(/[^a-z0-9]+/gi, "-")}`, each] as const);
});

async function endOf(engine: JournalEngine): Promise<Json> {
  try {
    return { output: await engine.run() };
  } catch (thrown) {
    if (!isMortiseError(thrown)) throw thrown;
    return { code: thrown.code };
  }
}

const opened = (each: NodeCase, workflow: Workflow): JournalEngine => (each.open ?? inWorld())(workflow).engine;

describe.each(CASES)("%s", (name, each) => {
  const file = join(FOLDER, `${name}.json`);

  test("a journal of an earlier release replays to the same end, and nothing is done again", async () => {
    if (!existsSync(file) && KEEPS) {
      const engine = opened(each, each.workflow);
      const end = await endOf(engine);
      mkdirSync(FOLDER, { recursive: true });
      const golden: Golden = { workflow: each.workflow, end, history: engine.history() };
      writeFileSync(file, `${JSON.stringify(golden)}\n`);
    }
    expect(existsSync(file), `There is no history of ${name}: keep one with MORTISE_KEEP_HISTORIES=1.`).toBe(true);
    const { workflow, end, history } = JSON.parse(readFileSync(file, "utf8")) as Golden;
    const engine = opened(each, workflow);
    engine.restore(history);
    expect(await endOf(engine)).toEqual(end);
    expect(engine.executed).toEqual([]);
  });
});

test("no history is kept of a case that is gone", () => {
  const known = new Set(CASES.map(([name]) => `${name}.json`));
  expect(readdirSync(FOLDER).filter((file) => !known.has(file))).toEqual([]);
});
