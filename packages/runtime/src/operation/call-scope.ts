import type { Scope } from "@mortise/builders";
import type { ReadyCall } from "../call.ts";

/** What every value of a request, an output or an outcome sees: `input`, `settings` and, inside of a partition, `partition`. */
export function callScope({ input, connection, partition }: Pick<ReadyCall, "input" | "connection" | "partition">): Scope {
  return { input, settings: connection.settings, ...(partition === undefined ? {} : { partition }) };
}
