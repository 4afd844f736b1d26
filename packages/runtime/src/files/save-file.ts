import { createHash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Json, MortiseError } from "@mortise/contract";
import type { FileAccess } from "@mortise/sdk";
import type { ReceivedBody } from "../attempts/receive-answer.ts";

/** Where a body goes. */
export interface SaveTo {
  readonly path: Json;
  /** Absent: any size. */
  readonly maxBytes: number | undefined;
  readonly files: FileAccess;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly signal: AbortSignal;
}

/**
 * Writes a body to a file as it comes, through a draft beside it: who reads the folder sees the whole file or none. Folders are made. Throws
 * `FILE_NOT_ALLOWED`, `UNWRITABLE_FILE`, `LIMIT_EXCEEDED`, `INVALID_INPUT` for a path that is none, and what the body breaks off with.
 */
export async function saveFile({ headers, body }: ReceivedBody, to: SaveTo): Promise<Json> {
  const { path: asked, maxBytes = Number.POSITIVE_INFINITY, files, randomBytes, signal } = to;
  if (typeof asked !== "string" || asked === "") throw new MortiseError("INVALID_INPUT", "The file to write has no path.");
  const length = Number(headers["content-length"] ?? 0);
  if (length > maxBytes) throw tooLarge(asked, maxBytes);
  const path = await files.resolve(asked, "write");
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path).slice(0, 100)}.${Buffer.from(randomBytes(8)).toString("hex")}.mortise-tmp`);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(draft, "wx");
    try {
      // One chunk at a time: the next one is read when this one is on its way to the disk.
      for await (const chunk of body) {
        signal.throwIfAborted();
        bytes += (chunk as Buffer).length;
        if (bytes > maxBytes) throw tooLarge(asked, maxBytes);
        hash.update(chunk as Buffer);
        await file.appendFile(chunk as Buffer);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw isOfFiles(error) ? unwritable(asked, error) : error;
  }
  return { path: asked, bytes, contentType: headers["content-type"] ?? null, sha256: hash.digest("hex") };
}

const isOfFiles = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "path" in error;

function unwritable(path: string, error: NodeJS.ErrnoException): MortiseError {
  return new MortiseError("UNWRITABLE_FILE", `${path} could not be written: ${error.code ?? error.message}.`, { cause: error });
}

function tooLarge(path: string, maxBytes: number): MortiseError {
  return new MortiseError("LIMIT_EXCEEDED", `What is to be written to ${path} is larger than ${maxBytes} bytes.`, {
    remedy: "Raise maxBytes in the contract, or ask for less.",
  });
}
