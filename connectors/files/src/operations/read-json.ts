import { type Json, MortiseError, type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { pathField } from "../fields.ts";
import { openFile } from "../paths/open-file.ts";
import { type FilesSettings, filesSettings } from "../settings.ts";

const input = t.Object({
  path: pathField,
  pointer: t.Optional(
    t.String({
      title: "Place of the array",
      description: "JSON pointer (RFC 6901) to the array. Absent: the whole file is the array.",
      "x-placeholder": "/data/items",
      "x-advanced": true,
    }),
  ),
});

type ReadJsonInput = Static<typeof input>;

/** The largest JSON file that is read whole, in bytes (50 MB); larger data belongs into JSON Lines. */
const MAX_JSON = 50_000_000;

/** Reads an array out of a JSON file: the whole document, or what a JSON pointer (RFC 6901) leads to. */
export const readJson = operation(
  {
    title: "Read JSON",
    description: "Reads an array out of a JSON file of up to 50 MB.",
    effect: "read",
    settings: filesSettings,
    input,
    output: t.Object({ rows: t.Array(t.Unknown()), count: t.Integer() }),
    examples: [{ input: { path: "movies.json" }, output: { rows: [{ Title: "The Land Girls" }], count: 1 } }],
  },
  native({ reason: "Reads files of the deployment's folders.", uses: ["files"], call: readArray }),
);

async function readArray(input: ReadJsonInput, ctx: NativeContext<FilesSettings>): Promise<{ rows: Json[]; count: number }> {
  const file = await openFile(ctx, input.path);
  try {
    const { size } = await file.stat();
    if (size > MAX_JSON) {
      throw new MortiseError("LIMIT_EXCEEDED", `${input.path} has ${size} bytes, a JSON file may have ${MAX_JSON}.`, {
        remedy: "Write it as JSON Lines and read it with readJsonLines.",
      });
    }
    const document = parse(await file.readFile({ signal: ctx.signal }), input.path);
    const rows = follow(document, input.pointer ?? "", input.path);
    return { rows, count: rows.length };
  } finally {
    await file.close();
  }
}

function parse(bytes: Buffer, name: string): Json {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Json;
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : "the bytes are not UTF-8";
    throw new MortiseError("FILE_MALFORMED", `${name}${lineOf(reason, bytes)}: ${reason}.`, {
      remedy: "Mend the JSON, or read it with readJsonLines if it has one value a line.",
    });
  }
}

/** V8 gives the character offset; people look for a line. */
function lineOf(reason: string, bytes: Buffer): string {
  const offset = /position (\d+)/.exec(reason)?.[1];
  return offset ? `, line ${bytes.toString("utf8").slice(0, Number(offset)).split("\n").length}` : "";
}

function follow(document: Json, pointer: string, name: string): Json[] {
  if (pointer !== "" && !pointer.startsWith("/")) {
    throw new MortiseError("INVALID_INPUT", `The pointer ${pointer} must start with /, for example /data/items.`, {
      path: "/pointer",
    });
  }
  let at: Json = document;
  let walked = "";
  for (const token of pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))) {
    const next: Json | undefined =
      isContainer(at) && Object.hasOwn(at, token) ? (at as { readonly [key: string]: Json })[token] : undefined;
    if (next === undefined) {
      const keys =
        isContainer(at) && !Array.isArray(at) ? `; it has ${Object.keys(at).slice(0, 20).join(", ") || "no keys"}` : "";
      throw new MortiseError("FILE_MALFORMED", `${name} has nothing at ${walked}/${token}${keys}.`, {
        remedy: "Set the pointer to the array.",
      });
    }
    at = next;
    walked += `/${token}`;
  }
  if (Array.isArray(at)) return at as Json[];
  const kind = at === null ? "null" : typeof at;
  throw new MortiseError(
    "FILE_MALFORMED",
    `${name} has ${kind === "object" ? "an object" : kind} at ${walked || "its root"}, an array is needed.`,
    {
      remedy: isContainer(at)
        ? `Set the pointer to one of ${Object.keys(at)
            .slice(0, 20)
            .map((key) => `${walked}/${key}`)
            .join(", ")}.`
        : "Set the pointer to the array.",
    },
  );
}

function isContainer(value: Json): value is readonly Json[] | { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null;
}
