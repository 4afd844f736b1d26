import { isMortiseError, type Json } from "@mortise/contract";
import { outcomeOf, replayCode } from "@mortise/runtime";
import { codeRunner, createSandbox } from "@mortise/sandbox";
import type { Connector } from "@mortise/sdk";
import { readRecordings } from "./code-recordings.ts";
import { type ExitCode, formatError, type Output } from "./output.ts";

/** What {@link replayCall} is asked. */
export interface ReplayCall {
  readonly connector: Connector;
  readonly operation: string;
  readonly file: string;
  readonly out: Output;
}

/** Runs recorded runs of code again and shows what they came to; the exit code. */
export async function replayCall({ connector, operation, file, out }: ReplayCall): Promise<ExitCode> {
  const recordings = await readRecordings(file);
  const sandbox = createSandbox();
  const log = (line: string): void => (out.json ? undefined : out.log(line));
  try {
    const outputs: Json[] = [];
    for (const recording of recordings)
      outputs.push(
        await replayCode({
          connector,
          operation,
          recording,
          code: codeRunner(sandbox),
          log: ({ level, message, fields }) => log(`${level}: ${message} ${JSON.stringify(fields)}`),
        }),
      );
    const output: Json = outputs.length === 1 ? (outputs[0] ?? null) : outputs;
    out.result({ ok: true, outcome: "success", output, replayed: recordings.length }, JSON.stringify(output, null, 2));
    return 0;
  } catch (error) {
    if (!isMortiseError(error)) throw error;
    const outcome = outcomeOf(error.code);
    out.result({ ok: false, outcome, error: error.data, replayed: recordings.length }, "");
    log(`${outcome}: ${formatError(error.data)}`);
    return 1;
  } finally {
    await sandbox.close();
  }
}
