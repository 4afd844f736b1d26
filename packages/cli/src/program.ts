import { Command, CommanderError } from "commander";
import { auditCommand } from "./commands/audit.ts";
import { buildCommand } from "./commands/build.ts";
import { callCommand } from "./commands/call.ts";
import { checkCommand } from "./commands/check.ts";
import { connectCommand } from "./commands/connect.ts";
import { docsCommand } from "./commands/docs.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { exportCommand } from "./commands/export.ts";
import { importCommand } from "./commands/import.ts";
import { newCommand } from "./commands/new.ts";
import { runCommand } from "./commands/run.ts";
import { serveCommand } from "./commands/serve.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { typesCommand } from "./commands/types.ts";
import { vaultCommand } from "./commands/vault.ts";
import { workerCommand } from "./commands/worker.ts";
import { reportFailure } from "./failure.ts";
import { type ExitCode, Output } from "./output.ts";
import { version } from "./version.ts";

/** Adds one command to the program; `start` runs its work and keeps the exit code. */
export type CommandDefinition = (program: Command, start: Start) => void;
export type Start = (work: (out: Output) => Promise<ExitCode>) => Promise<void>;

const COMMANDS: readonly CommandDefinition[] = [
  newCommand,
  buildCommand,
  checkCommand,
  typesCommand,
  docsCommand,
  exportCommand,
  importCommand,
  simulateCommand,
  callCommand,
  connectCommand,
  runCommand,
  serveCommand,
  workerCommand,
  vaultCommand,
  auditCommand,
  doctorCommand,
];

/** A variable that a shell has not set would otherwise write into this folder, or compare with nothing. */
function refuseEmpty(command: Command): void {
  for (const option of command.options) {
    if (command.getOptionValue(option.attributeName()) === "")
      command.error(`error: option '${option.flags}' is empty`, { exitCode: 2 });
  }
}

/** Where a command of its own is missing, the library shows the help and has no message. */
const wordsOf = ({ code, message }: CommanderError): string =>
  code === "commander.help" ? "error: a command is missing" : message;

/** Runs the command line and returns the exit code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let exit: ExitCode = 0;
  const start: Start = async (work) => {
    const out = new Output({ json: argv.includes("--json") });
    try {
      exit = await work(out);
    } catch (error) {
      exit = reportFailure(error, out);
    }
  };
  const program = new Command("mortise")
    .description("Describe connectors, check and run workflows, serve the builder.")
    .version(version())
    .exitOverride()
    .showHelpAfterError("(see mortise --help)")
    .showSuggestionAfterError();
  for (const define of COMMANDS) define(program, start);
  for (const command of program.commands.flatMap((each) => [each, ...each.commands])) {
    command.exitOverride().option("--json", "print one JSON document on stdout; logs go to stderr");
  }
  program.hook("preAction", (_, command) => refuseEmpty(command));
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (argv.includes("--json"))
      new Output({ json: true }).result({ ok: false, error: { code: "USAGE", message: wordsOf(error) } }, "");
    return 2;
  }
  return exit;
}
