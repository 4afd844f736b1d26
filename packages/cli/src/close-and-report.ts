import type { Output } from "./output.ts";

/**
 * Closes what a command opened. What goes wrong then is said and changes nothing: the result is known already, and a connection that
 * the database drops while it is being stopped is no failure of the run.
 */
export async function closeAndReport(close: () => Promise<void>, out: Output): Promise<void> {
  const late = (error: unknown) => out.log(`While closing: ${error instanceof Error ? error.message : String(error)}`);
  process.on("uncaughtException", late);
  process.on("unhandledRejection", late);
  await close().catch(late);
}
