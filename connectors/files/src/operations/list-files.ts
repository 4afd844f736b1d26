import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { MortiseError, type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { type FilesSettings, filesSettings } from "../settings.ts";

const input = t.Object({
  path: t.Optional(t.String({ title: "Folder", description: "Absent: the connection's folder.", minLength: 1 })),
  endsWith: t.Optional(
    t.String({
      title: "Names that end with",
      description: "Leaves out files whose names end otherwise. Absent: none.",
      "x-placeholder": ".csv",
    }),
  ),
});

const listed = t.Object({
  name: t.String(),
  size: t.Integer({ description: "Bytes." }),
  modifiedAt: t.String({ format: "date-time" }),
});

type ListFilesInput = Static<typeof input>;
type ListedFile = Static<typeof listed>;

/** The most files that are listed; a folder with more is refused rather than cut. */
const MAX_FILES = 10_000;
const OWN = /\.mortise-(journal|lock.*|tmp)$/;

/** Lists the files of a folder by name, without folders, hidden files and Mortise's own journals. */
export const listFiles = operation(
  {
    title: "List files",
    description: "Lists the files of a folder: name, size and when they were changed.",
    effect: "read",
    settings: filesSettings,
    input,
    output: t.Object({ files: t.Array(listed), count: t.Integer() }),
    examples: [
      {
        input: { endsWith: ".csv" },
        output: { files: [{ name: "zipcodes.csv", size: 2018388, modifiedAt: "2026-01-01T00:00:00.000Z" }], count: 1 },
      },
    ],
  },
  native({ reason: "Reads folders of the deployment.", uses: ["files"], call: listFolder }),
);

async function listFolder(
  input: ListFilesInput,
  ctx: NativeContext<FilesSettings>,
): Promise<{ files: ListedFile[]; count: number }> {
  const asked = input.path ?? ".";
  const folder = await ctx.files.resolve(asked, "read", ctx.settings.root);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => notListed(error, asked));
  const wanted = entries.filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !OWN.test(entry.name));
  const names = wanted.map((entry) => entry.name).filter((name) => name.endsWith(input.endsWith ?? ""));
  if (names.length > MAX_FILES) {
    throw new MortiseError("LIMIT_EXCEEDED", `${asked} has ${names.length} files, ${MAX_FILES} can be listed.`, {
      remedy: "Narrow it with the end of the name, or split the folder.",
    });
  }
  const files: ListedFile[] = [];
  for (const name of names.toSorted()) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found) files.push({ name, size: found.size, modifiedAt: found.mtime.toISOString() });
  }
  return { files, count: files.length };
}

function notListed(error: NodeJS.ErrnoException, asked: string): Dirent[] {
  if (error.code === "ENOTDIR")
    throw new MortiseError("UNREADABLE_FILE", `${asked} is a file, a folder is needed.`, { path: "/path" });
  if (error.code === "ENOENT") throw new MortiseError("FILE_NOT_FOUND", `There is no folder ${asked}.`, { path: "/path" });
  throw new MortiseError("UNREADABLE_FILE", `${asked} could not be listed: ${error.code ?? error.message}.`, {
    path: "/path",
    cause: error,
  });
}
