import { usage } from "./failure.ts";

/** The port that an option names. Throws `USAGE` for what is none. */
export function portOf(option: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw usage(`${option} ${text}: expected a whole number from 0 to 65535.`);
}
