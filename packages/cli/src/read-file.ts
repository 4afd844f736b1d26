import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Json, MortiseError, type ReadJsonOptions, readJson } from "@mortise/contract";
import { DiagnosticsFailure } from "./failure.ts";
import { fileReason } from "./file-reason.ts";

/** A JSON file: its value, its text, and the line of each pointer. */
export interface JsonFile {
  readonly file: string;
  readonly text: string;
  readonly value: Json;
  readonly lineOf: (pointer: string) => number;
}

/** Reads text. Throws `UNREADABLE_FILE`. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(resolve(file), "utf8");
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** `UNREADABLE_FILE`, with the reason in words. */
export function unreadable(file: string, error: unknown): MortiseError {
  return new MortiseError("UNREADABLE_FILE", `${file} could not be read: ${fileReason(error, "read")}.`, {
    path: file,
    cause: error,
  });
}

/** Reads JSON. Throws `UNREADABLE_FILE`, or {@link DiagnosticsFailure} (exit 2) naming each syntax error. */
export async function readJsonFile(file: string, options: ReadJsonOptions = {}): Promise<JsonFile> {
  const text = await readText(file);
  const { value, diagnostics, lineOf } = readJson(text, file, options);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0 || value === undefined) throw new DiagnosticsFailure(errors, 2);
  return { file, text, value, lineOf };
}

/** Reads JSON with secrets in it: as {@link readJsonFile}, whose messages then repeat nothing of the text. */
export const readSecretFile = (file: string): Promise<JsonFile> => readJsonFile(file, { quotes: false });

/** The value of `--input`: JSON text, or `@FILE`. Absent: `{}`. */
export async function readInput(input: string | undefined): Promise<Json> {
  if (input === undefined) return {};
  if (input.startsWith("@")) return (await readJsonFile(input.slice(1))).value;
  const { value, diagnostics } = readJson(input, "--input");
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0 || value === undefined) throw new DiagnosticsFailure(errors, 2);
  return value;
}
