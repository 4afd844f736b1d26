import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { MortiseError } from "@mortise/sdk";
import { nearest } from "./nearest.ts";

/** Opens a file for reading. Throws `FILE_NOT_FOUND` with the nearest name in the folder, `UNREADABLE_FILE` for a folder or without permission. */
export async function openFile(path: string, asked: string): Promise<FileHandle> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => notOpened(error, path, asked));
  if ((await file.stat()).isDirectory()) {
    await file.close();
    throw new MortiseError("UNREADABLE_FILE", `${asked} is a folder, a file is needed.`, { path: "/path" });
  }
  return file;
}

async function notOpened(error: NodeJS.ErrnoException, path: string, asked: string): Promise<never> {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") {
    throw new MortiseError("UNREADABLE_FILE", `${asked} could not be read: ${error.code ?? error.message}.`, {
      path: "/path",
      cause: error,
    });
  }
  const names = await readdir(dirname(path)).catch(() => undefined);
  const close = names && nearest(basename(path), names);
  throw new MortiseError("FILE_NOT_FOUND", `There is no file ${asked}${names ? "" : ", nor the folder it would be in"}.`, {
    path: "/path",
    ...(close && { remedy: `Did you mean ${close}? It is in the same folder.` }),
  });
}
