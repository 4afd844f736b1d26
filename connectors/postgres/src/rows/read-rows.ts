import type { Json } from "@mortise/sdk";
import type pg from "pg";
import QueryStream from "pg-query-stream";
import { sqlError } from "../errors/sql-error.ts";
import { jsonTypes } from "../values/json-types.ts";

export type Row = { [column: string]: Json };

/** Reads the rows of one statement a batch at a time. It goes through the extended protocol, which takes no second statement. */
export async function* readRows(client: pg.Client, sql: string, values: readonly Json[], batchSize: number): AsyncGenerator<Row> {
  const stream = client.query(new QueryStream(sql, [...values], { rowMode: "array", batchSize, types: jsonTypes }));
  let names: readonly string[] | undefined;
  try {
    for await (const cells of stream as AsyncIterable<readonly Json[]>) {
      names ??= columnNames(stream._result.fields as readonly pg.FieldDef[]);
      const row: Row = {};
      for (let index = 0; index < names.length; index++) row[names[index] as string] = cells[index] ?? null;
      yield row;
    }
  } catch (error) {
    throw sqlError(error, sql);
  }
}

/** Names of the columns; the second of one name gets a number, so that no column is lost. */
function columnNames(fields: readonly pg.FieldDef[]): readonly string[] {
  const taken = new Set<string>();
  return fields.map(({ name: wanted }, index) => {
    let name = wanted === "__proto__" ? `column_${index + 1}` : wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    taken.add(name);
    return name;
  });
}
