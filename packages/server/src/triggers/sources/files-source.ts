import { readdir, stat } from "node:fs/promises";
import { join, matchesGlob, relative, sep } from "node:path";
import { type Json, MortiseError, parseDuration } from "@mortise/contract";
import { createFileAccess } from "@mortise/runtime";
import { runIdOf } from "../compiled-trigger.ts";
import { leasedSource } from "./leased-source.ts";
import { identityOf } from "./poll-source.ts";
import type { Source, SourceContext } from "./source.ts";

const EVERY_MS = 10_000;
const SETTLE_MS = 5_000;
const MOST_FILES = 50_000;

/** What is kept of a folder: the files that were seen, each with its size and time. */
interface Kept {
  readonly of: string;
  readonly seen: { readonly [path: string]: string };
}

/** A file as it was found. */
interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Watches a folder: a file that is new or has changed, and has stayed as it is for the settle time, is an event. Looks again and again
 * instead of being told, since folders of other machines tell nothing.
 */
export function filesSource(context: SourceContext): Source {
  const { live, host, desk, sources, clock } = context;
  const params = live.document.trigger.with ?? {};
  const duration = (name: string, otherwise: number) =>
    (typeof params[name] === "string" ? parseDuration(params[name]) : undefined) ?? otherwise;
  const [everyMs, settleMs] = [duration("every", EVERY_MS), duration("settle", SETTLE_MS)];
  const match = typeof params.match === "string" ? params.match : "*";
  const of = identityOf({ use: "files", with: { folder: params.folder ?? "", match } });
  const { roots = [], base = process.cwd() } = host.deployment.files ?? {};
  const access = createFileAccess({ roots, base });

  return leasedSource(context, async (lease, signal) => {
    const before = lease.state as unknown as Kept | null;
    let kept: Kept | undefined = before?.of === of ? before : undefined;
    const unsettled = new Map<string, { readonly mark: string; readonly sinceMs: number }>();
    while (!signal.aborted) {
      if (await desk.hasRoom(live)) {
        const folder = await access.resolve(String(params.folder), "read");
        const files = await filesIn(folder, match);
        const nowMs = host.now();
        if (kept === undefined && params.firstRun !== "all") {
          kept = { of, seen: Object.fromEntries(files.map((file) => [file.path, markOf(file)])) };
          await sources.keep(lease, kept as unknown as Json);
        }
        const seen: Kept["seen"] = kept?.seen ?? {};
        const settled = files.filter((file) => {
          const mark = markOf(file);
          if (seen[file.path] === mark) return false;
          const known = unsettled.get(file.path);
          if (known?.mark === mark) return nowMs - known.sinceMs >= settleMs;
          unsettled.set(file.path, { mark, sinceMs: nowMs });
          return settleMs === 0;
        });
        for (const { path } of settled) unsettled.delete(path);
        const there = new Set(files.map(({ path }) => path));
        for (const path of unsettled.keys()) if (!there.has(path)) unsettled.delete(path);
        const isOld = Object.keys(seen).some((path) => !there.has(path));
        if (settled.length > 0 || isOld) {
          const next: Kept = {
            of,
            seen: {
              ...Object.fromEntries(Object.entries(seen).filter(([path]) => there.has(path))),
              ...Object.fromEntries(settled.map((file) => [file.path, markOf(file)])),
            },
          };
          await desk.accept(
            live,
            settled.map((file) => {
              const id = `${file.path}\n${markOf(file)}`;
              const { path, name, size, mtimeMs } = file;
              const body = { path, name, size, modifiedAt: new Date(mtimeMs).toISOString() };
              return { runId: runIdOf("file", live.id, id), marks: [`file:${id}`], payload: { body } };
            }),
            { also: (transaction) => sources.keep(lease, next as unknown as Json, transaction), evenIfFull: true },
          );
          kept = next;
        }
      }
      await clock.sleep(Math.min(everyMs, Math.max(100, settleMs)), signal);
    }
  });
}

const markOf = ({ size, mtimeMs }: FoundFile): string => `${size}:${mtimeMs}`;

/** The files of a folder whose names match, in the order of their names; those of folders inside of it where the pattern names some. */
async function filesIn(folder: string, match: string): Promise<readonly FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: match.includes("/") });
  if (entries.length > MOST_FILES)
    throw new MortiseError("LIMIT_EXCEEDED", `The folder ${folder} holds more than ${MOST_FILES} files.`);
  const found: FoundFile[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !matchesGlob(relative(folder, path).split(sep).join("/"), match)) continue;
    // One that is gone by now is no event.
    const facts = await stat(path).catch(() => undefined);
    if (facts !== undefined) found.push({ path, name: entry.name, size: facts.size, mtimeMs: facts.mtimeMs });
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
