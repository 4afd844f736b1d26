import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { MortiseError } from "@mortise/sdk";
import { type HeaderNote, Journal, type Reservation, writeAll } from "./journal.ts";
import { withPathLock } from "./path-lock.ts";
import { syncFolder } from "./sync-folder.ts";

export interface AppendRequest {
  /** Absolute. */
  readonly path: string;
  /** The same key appends the same bytes at the same place, however often it comes. */
  readonly key: string;
  readonly signal: AbortSignal;
  /** Epoch ms. */
  readonly now: number;
  /** Columns and text of the header for a file that has none; absent for formats without a header. */
  readonly header?: (
    file: FileHandle,
  ) => Promise<{ readonly columns: readonly string[]; readonly delimiter: string; readonly text: string } | undefined>;
  /** Text of the header that was noted before. */
  readonly headerText: (note: HeaderNote) => string;
  /** The rows as text that ends with a line break. Called with the file's columns where it has a header that Mortise wrote. */
  readonly body: (columns: readonly string[] | undefined, file: FileHandle) => Promise<string>;
}

/**
 * Appends text to a file exactly once a key, also when the process is killed at any point and the call is repeated.
 *
 * Owns: the order of the writes.
 * Talks to: Journal, the lock of the path.
 * Invariants:
 *   A1. After a repeat of every call that was cut short, the file holds each call's bytes once.
 *   A2. A range that was reserved and never written holds only line breaks for those who read the file meanwhile.
 */
export function appendOnce(request: AppendRequest): Promise<{ readonly bytes: number }> {
  return withPathLock(request.path, request.signal, async () => {
    await mkdir(dirname(request.path), { recursive: true });
    const file = await openData(request.path);
    try {
      const { ino, size } = await file.stat();
      const journal = await Journal.open(`${request.path}.mortise-journal`, { inode: ino, size }, request.now);
      await ensureHeader(file, journal, request, size);
      const before = journal.find(request.key);
      const text = await request.body(journal.header?.columns, file);
      if (before) return await repeat(file, journal, before, text);
      await blankPending(file, journal);
      const reservation = await reserve(file, journal, request, text);
      return await write(file, journal, reservation, bytesOf(reservation, text));
    } finally {
      await file.close();
    }
  });
}

/** The path is checked; a link or a pipe that has taken its place is not followed or waited for. */
const READ_WRITE = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW;

async function openData(path: string): Promise<FileHandle> {
  const existing = await open(path, READ_WRITE).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new MortiseError("UNREADABLE_FILE", `${path} cannot be written: ${error.code ?? error.message}.`, {
      path: "/path",
      cause: error,
    });
  });
  if (existing && (await existing.stat()).isFile()) return existing;
  if (existing) {
    await existing.close();
    throw new MortiseError("UNREADABLE_FILE", `${path} is a device or a pipe, a file is needed.`, { path: "/path" });
  }
  const created = await open(path, "wx+");
  await syncFolder(dirname(path));
  return created;
}

async function ensureHeader(file: FileHandle, journal: Journal, request: AppendRequest, size: number): Promise<void> {
  if (!journal.header && size === 0 && request.header) {
    const header = await request.header(file);
    if (!header) return;
    await journal.noteHeader({
      columns: header.columns,
      delimiter: header.delimiter,
      offset: 0,
      length: Buffer.byteLength(header.text),
    });
  }
  const note = journal.header;
  if (!note || !journal.isEmpty) return;
  const bytes = Buffer.from(request.headerText(note));
  if (bytes.length !== note.length || (await holds(file, note, digest(bytes)))) return;
  await writeAll(file, bytes, note.offset);
  await file.datasync();
}

async function repeat(
  file: FileHandle,
  journal: Journal,
  before: Reservation,
  text: string,
): Promise<{ readonly bytes: number }> {
  const bytes = bytesOf(before, text);
  if (bytes.length !== before.length || digest(bytes) !== before.digest) {
    throw new MortiseError(
      "CONFLICT",
      "This call appended other rows when it was made before; the same call must bring the same rows.",
      {
        remedy: "Start a new run, or make the rows depend on nothing but the run's data.",
      },
    );
  }
  if (!journal.isPending(before.key)) return { bytes: bytes.length };
  return write(file, journal, before, bytes);
}

async function reserve(file: FileHandle, journal: Journal, request: AppendRequest, text: string): Promise<Reservation> {
  const { size } = await file.stat();
  const offset = Math.max(size, journal.end);
  const lead = offset > 0 && offset === size && !(await endsWithBreak(file, size));
  const bytes = Buffer.from(lead ? `\n${text}` : text);
  const reservation = { key: request.key, offset, length: bytes.length, digest: digest(bytes), lead, at: request.now };
  await journal.reserve(reservation);
  return reservation;
}

async function write(file: FileHandle, journal: Journal, at: Reservation, bytes: Buffer): Promise<{ readonly bytes: number }> {
  await writeAll(file, bytes, at.offset);
  await file.datasync();
  await journal.settle(at.key);
  return { bytes: bytes.length };
}

/** Makes what killed appends left behind harmless to readers; their repeats write it in full. */
async function blankPending(file: FileHandle, journal: Journal): Promise<void> {
  for (const pending of journal.pending()) {
    if (!(await holds(file, pending, pending.digest))) await writeAll(file, Buffer.alloc(pending.length, "\n"), pending.offset);
  }
}

async function holds(
  file: FileHandle,
  range: { readonly offset: number; readonly length: number },
  wanted: string,
): Promise<boolean> {
  const found = Buffer.alloc(range.length);
  const { bytesRead } = await file.read(found, 0, found.length, range.offset);
  return bytesRead === found.length && digest(found) === wanted;
}

async function endsWithBreak(file: FileHandle, size: number): Promise<boolean> {
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  return last[0] === 10;
}

function bytesOf(reservation: Reservation, text: string): Buffer {
  return Buffer.from(reservation.lead ? `\n${text}` : text);
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}
