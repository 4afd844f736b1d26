import { once } from "node:events";
import { createWriteStream } from "node:fs";

/** Writes a CSV file of so many rows: an id, a ZIP code with leading zeros, a date, a cost, a quoted text. */
export async function generateCsv(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file);
  out.write("id,zip,date,cost,note\n");
  let block: string[] = [];
  for (let row = 1; row <= rows; row++) {
    const day = String((row % 28) + 1).padStart(2, "0");
    block.push(
      `${row},${String(row % 100_000).padStart(5, "0")},2026-01-${day},"$1,${String(row % 1_000).padStart(3, "0")}.50","said ""hello"", left"\n`,
    );
    if (block.length === 5_000) {
      if (!out.write(block.join(""))) await once(out, "drain");
      block = [];
    }
  }
  out.end(block.join(""));
  await once(out, "close");
}

const [file, rows] = process.argv.slice(2);
if (import.meta.main && file !== undefined) await generateCsv(file, Number(rows));
