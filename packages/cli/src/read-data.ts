import { readFileSync } from "node:fs";
import { MortiseError } from "@mortise/contract";
import { parseDocument } from "yaml";
import { unreadable } from "./read-file.ts";

/** Reads JSON or YAML. Throws `UNREADABLE_FILE`, `INVALID_DOCUMENT` with the place. */
export function readData(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw unreadable(file, error);
  }
  const document = parseDocument(text, { uniqueKeys: true });
  const [fault] = document.errors;
  if (fault) throw new MortiseError("INVALID_DOCUMENT", `${file} is neither JSON nor YAML: ${fault.message}`, { path: file });
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new MortiseError("INVALID_DOCUMENT", `${file} could not be read: ${(error as Error).message}`, { path: file });
  }
}
