import type { Contract, Diagnostic, Json } from "@mortise/contract";
import { BUILT_IN_SCENARIOS, namedScenario, parseScenario, type Scenario } from "@mortise/simulator";
import { DiagnosticsFailure, usage } from "./failure.ts";
import { readJsonFile } from "./read-file.ts";

/** Scenarios by files and names of built-in ones. Throws a `DiagnosticsFailure` with every fault of a file, `USAGE` for no such name. */
export async function readScenarios(choices: readonly string[], contract: Contract): Promise<readonly Scenario[]> {
  const found: Scenario[] = [];
  for (const choice of choices) found.push(await readScenario(choice, contract));
  return found;
}

async function readScenario(choice: string, contract: Contract): Promise<Scenario> {
  if (Object.hasOwn(BUILT_IN_SCENARIOS, choice) || !/[./\\]/.test(choice)) {
    const { scenario, diagnostics } = namedScenario(choice);
    if (scenario !== undefined) return scenario;
    throw usage(
      diagnostics[0]?.message ?? `There is no scenario "${choice}".`,
      `${diagnostics[0]?.fix?.title ?? ""} --list names them.`,
    );
  }
  const { file, value, lineOf } = await readJsonFile(choice);
  const { scenario, diagnostics } = parseScenario(value, contract);
  if (scenario !== undefined) return scenario;
  throw new DiagnosticsFailure(
    diagnostics.map((each): Diagnostic => ({ ...each, file, line: lineOf(each.path) })),
    2,
  );
}

/** A state's document, unread. */
export async function readState(file: string): Promise<Json> {
  return (await readJsonFile(file)).value;
}
