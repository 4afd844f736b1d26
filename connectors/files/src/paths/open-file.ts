import { constants } from "node:fs";
import { type FileHandle, open, readdir, readlink } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { isMortiseError, MortiseError, type NativeContext } from "@mortise/sdk";
import type { FilesSettings } from "../settings.ts";
import { nearest } from "./nearest.ts";

/** Does not wait for the writer of a named pipe, and does not follow a link that has taken the place of the checked path. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Opens a file for reading. Throws `FILE_NOT_FOUND` with the nearest name in the folder, `UNREADABLE_FILE` for what is no file (a folder,
 * a device, a pipe) or cannot be read, `FILE_NOT_ALLOWED`.
 */
export async function openFile(ctx: NativeContext<FilesSettings>, asked: string): Promise<FileHandle> {
  try {
    const file = await open(await ctx.files.resolve(asked, "read", ctx.settings.root), READ);
    try {
      await checkOpened(ctx, file, asked);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (error) {
    if (isMortiseError(error) ? error.code === "FILE_NOT_FOUND" : isMissing(error)) throw await notFound(ctx, asked);
    if (isMortiseError(error)) throw error;
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new MortiseError("UNREADABLE_FILE", `${asked} could not be read: ${reason}.`, { path: "/path", cause: error });
  }
}

/** What was opened is a file, and where the system can say so (proc(5)), it is in an allowed folder whatever happened to its path since. */
async function checkOpened(ctx: NativeContext<FilesSettings>, file: FileHandle, asked: string): Promise<void> {
  const found = await file.stat();
  if (!found.isFile()) {
    const kind = found.isDirectory() ? "a folder" : "a device or a pipe";
    throw new MortiseError("UNREADABLE_FILE", `${asked} is ${kind}, a file is needed.`, { path: "/path" });
  }
  const real = await readlink(`/proc/self/fd/${file.fd}`).catch(() => undefined);
  if (real !== undefined) await ctx.files.resolve(real, "write");
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
