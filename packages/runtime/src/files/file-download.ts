/**
 * Writes one answer to a file as it comes, over as many attempts as that takes.
 *
 * Owns: the draft beside the file, what of the answer is in it, the digest of that.
 * Does not own: attempts and the plan between them (attempt), the way out (EgressClient).
 * Talks to: RangeOfAnswer, which says where an attempt may go on.
 * Invariants:
 *   D1. Who reads the folder sees the whole file or none: the draft takes its place once it is complete.
 *   D2. An attempt goes on where the last one broke off only if the other side says that the answer is the same one, byte for byte; else it starts over.
 *   D3. What is discarded leaves no draft.
 */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Json, MortiseError } from "@mortise/contract";
import type { FileAccess } from "@mortise/sdk";
import type { ReceivedBody } from "../attempts/receive-answer.ts";
import { RangeOfAnswer } from "./range-of-answer.ts";
import { checkDigests } from "./said-digests.ts";

/** Where a body goes. */
export interface SaveTo {
  readonly path: Json;
  /** Absent: any size. */
  readonly maxBytes: number | undefined;
  readonly files: FileAccess;
  readonly randomBytes: (size: number) => Uint8Array;
}

export class FileDownload {
  readonly #to: SaveTo;
  readonly #range = new RangeOfAnswer();
  #draft: string | undefined;
  #file: FileHandle | undefined;
  #path = "";
  #hash: Hash = createHash("sha256");
  #bytes = 0;

  constructor(to: SaveTo) {
    this.#to = to;
  }

  /** Headers for the next attempt, which asks for what is missing; without any where it has to start over. `own`: those that the request has. */
  asks(own: { readonly [name: string]: string }): { readonly [name: string]: string } {
    return this.#range.asks(this.#bytes, own);
  }

  /** Whether an answer says that what is missing cannot be had, so that the next attempt starts over. */
  refuses(status: number): boolean {
    return this.#range.refuses(status);
  }

  /**
   * Takes in one answer. Folders are made. Throws `FILE_NOT_ALLOWED`, `UNWRITABLE_FILE`, `LIMIT_EXCEEDED`, `INVALID_INPUT` for a path that is none,
   * `INVALID_OUTPUT` for a part that was not asked for and for bytes that are not those of a digest, and what the body breaks off with.
   */
  async take({ status, headers, body }: ReceivedBody, signal: AbortSignal): Promise<Json> {
    const { path: asked, maxBytes = Number.POSITIVE_INFINITY, files } = this.#to;
    if (typeof asked !== "string" || asked === "") throw new MortiseError("INVALID_INPUT", "The file to write has no path.");
    const from = this.#range.starts(status, headers, this.#bytes);
    if (from + Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(asked, maxBytes);
    if (this.#draft === undefined) this.#path = await files.resolve(asked, "write");
    try {
      const file = await this.#at(from);
      // One chunk at a time: the next one is read when this one is on its way to the disk.
      for await (const chunk of body) {
        signal.throwIfAborted();
        if (this.#bytes + (chunk as Buffer).length > maxBytes) throw tooLarge(asked, maxBytes);
        await file.appendFile(chunk as Buffer);
        this.#bytes += (chunk as Buffer).length;
        this.#hash.update(chunk as Buffer);
      }
      this.#range.complete(this.#bytes);
      await file.sync();
      const digest = this.#hash.digest();
      checkDigests(headers, digest);
      await this.#finish();
      return { path: asked, bytes: this.#bytes, contentType: headers["content-type"] ?? null, sha256: digest.toString("hex") };
    } catch (error) {
      throw isOfFiles(error) ? unwritable(asked, error) : error;
    }
  }

  /** Ends it: a draft that is still there goes. */
  async discard(): Promise<void> {
    const file = this.#file;
    const draft = this.#draft;
    this.#file = undefined;
    this.#draft = undefined;
    await file?.close().catch(() => undefined);
    if (draft !== undefined) await rm(draft, { force: true });
  }

  /** The draft, with so much of the answer in it. */
  async #at(from: number): Promise<FileHandle> {
    if (this.#file !== undefined && from === this.#bytes) return this.#file;
    if (this.#file !== undefined) {
      this.#hash = createHash("sha256");
      this.#bytes = 0;
      await this.#file.truncate(0);
      return this.#file;
    }
    const folder = dirname(this.#path);
    const mark = Buffer.from(this.#to.randomBytes(8)).toString("hex");
    await mkdir(folder, { recursive: true });
    const draft = join(folder, `.${basename(this.#path).slice(0, 100)}.${mark}.mortise-tmp`);
    // Each write goes to the end, also behind a truncation.
    this.#file = await open(draft, "ax");
    this.#draft = draft;
    return this.#file;
  }

  async #finish(): Promise<void> {
    const draft = this.#draft;
    await this.#file?.close();
    this.#file = undefined;
    if (draft !== undefined) await rename(draft, this.#path);
    this.#draft = undefined;
  }
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
