import type { DBOSSerializer } from "@dbos-inc/dbos-sdk";

/** The journal's format: JSON as it is, readable in any database tool. Values of programs are JSON already. */
export const journalSerializer: DBOSSerializer = {
  name: () => "mortise_json",
  parse: (text) => (text === null || text === undefined ? null : JSON.parse(text)),
  stringify: (value) => JSON.stringify(value ?? null),
};
