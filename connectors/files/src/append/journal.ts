import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./sync-folder.ts";

/** A range of the data file that belongs to one append. */
export interface Reservation {
  readonly key: string;
  readonly offset: number;
  readonly length: number;
  /** Start of the SHA-256 of the bytes, hexadecimal. */
  readonly digest: string;
  /** The bytes start with a line break, because the file did not end with one. */
  readonly lead: boolean;
  /** Epoch ms. */
  readonly at: number;
}

/** The line that names the columns; anyone can write it again from here. */
export interface HeaderNote {
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly offset: number;
  readonly length: number;
}

type JournalLine =
  | { readonly journal: 1; readonly inode: number; readonly end: number }
  | { readonly header: HeaderNote }
  | { readonly reserve: Reservation }
  | { readonly done: string };

/** How long a key is remembered at least, ms (7 days). */
export const KEY_WINDOW_MS = 604_800_000;
/** A journal longer than this is rewritten without the keys that are older than the window, bytes. */
const COMPACT_FROM = 4 * 1024 * 1024;
/** The journal stands beside a checked path; a link in its place is not followed. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
const READ_WRITE = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Remembers which bytes of a file belong to which append. The caller holds the lock of the path.
 *
 * Owns: `<path>.mortise-journal`, JSON Lines, only ever added to (and rewritten as a whole when it is long).
 * Does not own: the data file, the lock.
 * Invariants:
 *   J1. A reservation is on the disk before the first of its bytes is written.
 *   J2. Two reservations never overlap.
 *   J3. A line that was cut by a crash counts as never written.
 */
export class Journal {
  readonly #path: string;
  readonly #entries = new Map<string, Reservation>();
  readonly #pending = new Set<string>();
  #header: HeaderNote | undefined;
  #length = 0;
  #inode = 0;
  #dataInode = 0;
  #end = 0;
  #doneEnd = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Opens the journal of a data file. A journal of another file under the same name, or of one that has become shorter, is begun anew. */
  static async open(path: string, data: { readonly inode: number; readonly size: number }, now: number): Promise<Journal> {
    const journal = known.get(path) ?? new Journal(path);
    known.delete(path);
    await journal.#load();
    if (journal.#dataInode !== data.inode || journal.#doneEnd > data.size) await journal.#begin(data.inode);
    else if (journal.#length > COMPACT_FROM) await journal.#compact(now);
    known.set(path, journal);
    if (known.size > KEPT) known.delete(known.keys().next().value ?? "");
    return journal;
  }

  /** Byte after everything that is reserved. */
  get end(): number {
    return this.#end;
  }

  /** Nothing was reserved yet, so the header may not be in the file. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  get header(): HeaderNote | undefined {
    return this.#header;
  }

  find(key: string): Reservation | undefined {
    return this.#entries.get(key);
  }

  /** Reservations whose bytes may not have been written. */
  pending(): readonly Reservation[] {
    return [...this.#pending].flatMap((key) => this.#entries.get(key) ?? []);
  }

  isPending(key: string): boolean {
    return this.#pending.has(key);
  }

  async noteHeader(header: HeaderNote): Promise<void> {
    await this.#add({ header }, true);
  }

  async reserve(reservation: Reservation): Promise<void> {
    await this.#add({ reserve: reservation }, true);
  }

  /** The bytes are on the disk. Not synced: when it is lost, the bytes are checked again. */
  async settle(key: string): Promise<void> {
    await this.#add({ done: key }, false);
  }

  async #load(): Promise<void> {
    const file = await open(this.#path, READ).catch(() => undefined);
    if (!file) return this.#forget();
    try {
      const { ino, size } = await file.stat();
      if (ino !== this.#inode || size < this.#length) this.#forget();
      this.#inode = ino;
      const fresh = Buffer.alloc(size - this.#length);
      await file.read(fresh, 0, fresh.length, this.#length);
      for (let start = 0, at = fresh.indexOf(10); at !== -1; start = at + 1, at = fresh.indexOf(10, start)) {
        const line = parseLine(fresh.toString("utf8", start, at));
        if (!line) break;
        this.#apply(line);
        this.#length += at + 1 - start;
      }
    } finally {
      await file.close();
    }
  }

  #apply(line: JournalLine): void {
    if ("journal" in line) {
      this.#dataInode = line.inode;
      this.#end = line.end;
      this.#doneEnd = line.end;
    } else if ("header" in line) {
      this.#header = line.header;
      this.#end = Math.max(this.#end, line.header.offset + line.header.length);
    } else if ("reserve" in line) {
      this.#entries.set(line.reserve.key, line.reserve);
      this.#pending.add(line.reserve.key);
      this.#end = Math.max(this.#end, line.reserve.offset + line.reserve.length);
    } else {
      const entry = this.#entries.get(line.done);
      this.#pending.delete(line.done);
      if (entry) this.#doneEnd = Math.max(this.#doneEnd, entry.offset + entry.length);
    }
  }

  #forget(): void {
    this.#entries.clear();
    this.#pending.clear();
    this.#header = undefined;
    this.#length = this.#inode = this.#dataInode = this.#end = this.#doneEnd = 0;
  }

  async #add(line: JournalLine, synced: boolean): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const file = await open(this.#path, READ_WRITE);
    try {
      await file.truncate(this.#length);
      await writeAll(file, bytes, this.#length);
      if (synced) await file.datasync();
    } finally {
      await file.close();
    }
    this.#length += bytes.length;
    this.#apply(line);
  }

  async #begin(inode: number): Promise<void> {
    await this.#replace([{ journal: 1, inode, end: 0 }]);
  }

  async #compact(now: number): Promise<void> {
    const kept = [...this.#entries.values()].filter((entry) => this.#pending.has(entry.key) || now - entry.at < KEY_WINDOW_MS);
    if (kept.length > this.#entries.size / 2) return;
    const lines: JournalLine[] = [{ journal: 1, inode: this.#dataInode, end: this.#doneEnd }];
    if (this.#header) lines.push({ header: this.#header });
    for (const entry of kept) {
      lines.push({ reserve: entry });
      if (!this.#pending.has(entry.key)) lines.push({ done: entry.key });
    }
    await this.#replace(lines);
  }

  async #replace(lines: readonly JournalLine[]): Promise<void> {
    const draft = `${this.#path}.mortise-tmp`;
    await rm(draft, { force: true });
    const file = await open(draft, "wx");
    try {
      await file.writeFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path);
    await syncFolder(dirname(this.#path));
    this.#forget();
    await this.#load();
  }
}

/** Journals read lately, so that an append reads only what is new; the oldest is dropped. */
const known = new Map<string, Journal>();
const KEPT = 32;

function parseLine(text: string): JournalLine | undefined {
  try {
    return JSON.parse(text) as JournalLine;
  } catch {
    return undefined;
  }
}

/** Writes all bytes at a place, also where the system takes them in parts. */
export async function writeAll(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written);
    written += bytesWritten;
  }
}
