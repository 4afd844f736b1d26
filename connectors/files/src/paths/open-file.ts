import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { isMortiseError, MortiseError, type NativeContext } from "@mortise/sdk";
import type { FilesSettings } from "../settings.ts";
import { nearest } from "./nearest.ts";

/** Opens a file for reading. Throws `FILE_NOT_FOUND` with the nearest name in the folder, `UNREADABLE_FILE` for a folder or without permission. */
export async function openFile(ctx: NativeContext<FilesSettings>, asked: string): Promise<FileHandle> {
  try {
    const file = await open(await ctx.files.resolve(asked, "read", ctx.settings.root), "r");
    if (!(await file.stat()).isDirectory()) return file;
    await file.close();
  } catch (error) {
    if (isMortiseError(error) ? error.code === "FILE_NOT_FOUND" : isMissing(error)) throw await notFound(ctx, asked);
    if (isMortiseError(error)) throw error;
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new MortiseError("UNREADABLE_FILE", `${asked} could not be read: ${reason}.`, { path: "/path", cause: error });
  }
  throw new MortiseError("UNREADABLE_FILE", `${asked} is a folder, a file is needed.`, { path: "/path" });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

async function notFound(ctx: NativeContext<FilesSettings>, asked: string): Promise<MortiseError> {
  const names = await ctx.files
    .resolve(dirname(asked), "read", ctx.settings.root)
    .then((folder) => readdir(folder))
    .catch(() => undefined);
  const close = names && nearest(basename(asked), names);
  return new MortiseError("FILE_NOT_FOUND", `There is no file ${asked}${names ? "" : ", nor the folder it would be in"}.`, {
    path: "/path",
    ...(close && { remedy: `Did you mean ${close}? It is in the same folder.` }),
  });
}
