import { enableCompileCache } from "node:module";

// Compiled sources are kept between calls; a folder that cannot be written only costs the time.
enableCompileCache();

if (process.env.MORTISE_LAUNCHED === "1" && process.channel) {
  // Whoever kills the launcher means this process: two of the same run would otherwise work side by side.
  process.channel.unref();
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
}

const { run } = await import("./program.ts");
const exit = await run(process.argv.slice(2));
// Everything is closed; whatever still ticks has no say in when the command ends or how.
process.stdout.write("", () => process.exit(exit));
