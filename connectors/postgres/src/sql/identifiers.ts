import { MortiseError } from "@mortise/sdk";
import pg from "pg";

/** Quotes a name, so that no character of it can mean anything else (SQL standard, delimited identifier). Throws `INVALID_INPUT` for names PostgreSQL cannot have. */
export function quoteName(name: string): string {
  if (name === "" || name.includes("\0") || Buffer.byteLength(name) > 63) {
    throw new MortiseError("INVALID_INPUT", `${JSON.stringify(name.slice(0, 80))} is no name: 1 to 63 bytes are allowed.`);
  }
  return pg.escapeIdentifier(name);
}

/** Quotes `table` or `schema.table`. A part that holds a point itself is written in double quotes: `"odd.name"`. */
export function quoteTable(table: string): string {
  return tableParts(table).map(quoteName).join(".");
}

/** The parts of `schema.table`, without quotes. */
export function tableParts(table: string): readonly string[] {
  const parts = table.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
  const names = parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
  if (parts.join(".") !== table || names.length > 2) {
    throw new MortiseError("INVALID_INPUT", `${JSON.stringify(table)} is no table: write table or schema.table.`, {
      path: "/table",
    });
  }
  return names;
}
