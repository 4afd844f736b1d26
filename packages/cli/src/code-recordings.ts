import { type Json, MortiseError } from "@mortise/contract";
import type { CodeRecording } from "@mortise/runtime";
import { readJsonFile } from "./read-file.ts";
import { writeWhole } from "./write-whole.ts";

const FORMAT = "mortise.code-recording/1";

/** Writes what the runs of a call were told. Throws `UNWRITABLE_FILE`. */
export async function writeRecordings(file: string, recordings: readonly CodeRecording[]): Promise<void> {
  await writeWhole(file, `${JSON.stringify(recordings, null, 2)}\n`);
}

/** Reads what {@link writeRecordings} wrote: one run, or one a page. Throws `UNREADABLE_FILE`, `INVALID_DOCUMENT`. */
export async function readRecordings(file: string): Promise<readonly CodeRecording[]> {
  const { value } = await readJsonFile(file);
  if (Array.isArray(value) && value.length > 0 && value.every(isRecording)) return value as unknown as readonly CodeRecording[];
  throw new MortiseError("INVALID_DOCUMENT", `${file} holds no recorded call of code.`, {
    path: file,
    remedy: "Make one: mortise call CONNECTOR/OPERATION --record FILE",
  });
}

function isRecording(value: Json): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { format, input, context, nowMs, entropy, answers } = value as { readonly [key: string]: Json };
  return (
    format === FORMAT &&
    input !== undefined &&
    typeof context === "object" &&
    typeof nowMs === "number" &&
    typeof entropy === "string" &&
    /^[0-9a-f]{64}$/.test(entropy) &&
    Array.isArray(answers)
  );
}
