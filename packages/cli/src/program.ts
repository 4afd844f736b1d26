import { Command, CommanderError } from "commander";
import { reportFailure } from "./failure.ts";
import { type ExitCode, Output } from "./output.ts";
import { version } from "./version.ts";

/** Adds one command to the program; `start` runs its work and keeps the exit code. */
export type CommandDefinition = (program: Command, start: Start) => void;
export type Start = (work: (out: Output) => Promise<ExitCode>) => Promise<void>;

/** By name, in the order of the help. A command brings libraries of its own, so it is loaded when it is asked for. */
const COMMANDS: ReadonlyMap<string, () => Promise<CommandDefinition>> = new Map([
  ["new", async () => (await import("./commands/new.ts")).newCommand],
  ["build", async () => (await import("./commands/build.ts")).buildCommand],
  ["check", async () => (await import("./commands/check.ts")).checkCommand],
  ["test", async () => (await import("./commands/test.ts")).testCommand],
  ["types", async () => (await import("./commands/types.ts")).typesCommand],
  ["docs", async () => (await import("./commands/docs.ts")).docsCommand],
  ["export", async () => (await import("./commands/export.ts")).exportCommand],
  ["import", async () => (await import("./commands/import.ts")).importCommand],
  ["simulate", async () => (await import("./commands/simulate.ts")).simulateCommand],
  ["call", async () => (await import("./commands/call.ts")).callCommand],
  ["connect", async () => (await import("./commands/connect.ts")).connectCommand],
  ["run", async () => (await import("./commands/run.ts")).runCommand],
  ["serve", async () => (await import("./commands/serve.ts")).serveCommand],
  ["worker", async () => (await import("./commands/worker.ts")).workerCommand],
  ["vault", async () => (await import("./commands/vault.ts")).vaultCommand],
  ["audit", async () => (await import("./commands/audit.ts")).auditCommand],
  ["doctor", async () => (await import("./commands/doctor.ts")).doctorCommand],
]);

/** The command that the arguments name; all of them for the help, and where there is no such command. */
async function definitionsFor(argv: readonly string[]): Promise<readonly CommandDefinition[]> {
  const named = COMMANDS.get(argv.find((argument) => !argument.startsWith("-")) ?? "");
  return await Promise.all(named ? [named()] : [...COMMANDS.values()].map((load) => load()));
}

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
  for (const define of await definitionsFor(argv)) define(program, start);
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
