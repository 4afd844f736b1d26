// Pins: a file that cannot be read, written or understood ends in INTERNAL, in a result that a script cannot read, or in something lost.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleSubject } from "@mortise/certify";
import type { Diagnostic, Json } from "@mortise/contract";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { run } from "../src/program.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const inFolder = (path: string) => join(folder, path);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command in this process, since starting one for each case takes a minute. */
async function mortise(...args: readonly string[]): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    vi.spyOn(process[stream], "write").mockImplementation((chunk) => {
      written[stream] += String(chunk);
      return true;
    });
  const code = await run(args);
  vi.restoreAllMocks();
  return { code, ...written };
}

const api = inFolder("api.yaml");
writeFileSync(api, 'openapi: 3.0.0\ninfo: { title: A }\npaths: { /a: { get: { responses: { 200: { description: "" } } } } }\n');

/** The one document that a command printed with `--json`. */
interface Told {
  readonly ok: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly remedy?: string };
  readonly diagnostics?: readonly Diagnostic[];
}

async function told(...args: readonly string[]): Promise<Told & { readonly code: number }> {
  const { code, stdout } = await mortise(...args, "--json");
  return { code, ...(JSON.parse(stdout) as Told) };
}

function connector(name: string, content: Json | string, files: { readonly [name: string]: string } = {}): string {
  mkdirSync(join(folder, name), { recursive: true });
  const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  for (const [file, each] of Object.entries({ "contract.json": text, ...files })) writeFileSync(join(folder, name, file), each);
  return inFolder(name);
}

const contract = exampleSubject({}).contract as unknown as { readonly [key: string]: Json };
const good = connector("good", contract, { "icon.svg": "<svg/>" });

describe("a contract that has not the shape of one", () => {
  test.each<[string, Json]>([
    ["a list", []],
    ["nothing", null],
    ["no operations", { ...contract, operations: {} }],
    ["operations that are none", { ...contract, operations: { whoAmI: null } }],
    ["hosts that are no list", { ...contract, hosts: "acme.example" }],
  ])("%s is named with its place by whatever uses it", async (what, content) => {
    const name = connector(`shape-${what.replaceAll(" ", "-")}`, content);
    const uses = [
      ["types", name],
      ["docs", name],
      ["export", "openapi", name],
      ["call", `${name}/whoAmI`, "--simulate"],
      ["check", good, "--against", name],
    ];
    for (const use of uses) {
      const ended = await told(...use);
      expect(ended).toMatchObject({ code: 1, ok: false });
      expect(ended.diagnostics?.[0]).toMatchObject({
        severity: "error",
        file: join(name, "contract.json"),
        line: expect.any(Number),
      });
    }
  });

  test("a later format is said to be one, and nothing else about it", async () => {
    const name = connector("later", { ...contract, format: "mortise.contract/2", newKey: true });
    const { code, diagnostics } = await told("types", name);
    expect([code, diagnostics?.length]).toEqual([1, 1]);
    expect(diagnostics?.[0]).toMatchObject({
      path: "/format",
      message: expect.stringContaining("later version"),
      fix: { title: "Install that version of mortise." },
    });
  });
});

describe("a path that leads to something else", () => {
  test.each([
    ["a folder to import", ["import", "openapi", good], "UNREADABLE_FILE", "it is a folder"],
    ["a contract for its folder", ["types", inFolder("good/contract.json")], "USAGE", "is a file"],
    ["a folder to write to", ["types", good, "--out", good], "UNWRITABLE_FILE", "it is a folder"],
    [
      "a folder that is not there",
      ["export", "openapi", good, "--out", inFolder("nowhere/x.json")],
      "UNWRITABLE_FILE",
      "its folder",
    ],
    [
      "a file for a folder",
      ["import", "openapi", api, "--out", inFolder("good/contract.json")],
      "UNWRITABLE_FILE",
      "something of that",
    ],
    ["below a file", ["import", "openapi", api, "--out", inFolder("good/contract.json/x")], "UNWRITABLE_FILE", "is a file"],
    ["nothing at all", ["types", good, "--out", ""], "USAGE", "--out <file>' is empty"],
  ])("%s is said in words, with what to do, as exit code 2", async (_, args, code, words) => {
    const ended = await told(...args);
    expect(ended).toMatchObject({ code: 2, ok: false, error: { code, message: expect.stringContaining(words) } });
    expect(ended.error?.message).not.toMatch(/E[A-Z]{4,}/);
  });

  test("findings are shown, and counted as such, though their SARIF file cannot be written", async () => {
    const { code, ...ended } = await told("check", good, "--sarif", inFolder("nowhere/x.sarif"));
    expect(code).toBe(2);
    expect(ended).toMatchObject({ ok: false, files: [{ kind: "connector" }], error: { code: "UNWRITABLE_FILE" } });
  });
});

test("a finding in another file of a connector is placed there", async () => {
  const name = connector("digested", contract, { "icon.svg": "<svg/>" });
  mkdirSync(join(name, "dist"));
  writeFileSync(join(name, "dist", "digest.json"), "[]");
  const { stdout } = await mortise("check", name, "--json");
  const { files } = JSON.parse(stdout) as { readonly files: readonly { readonly diagnostics: readonly Diagnostic[] }[] };
  expect(files[0]?.diagnostics.map(({ file }) => file)).toContain(join(name, "dist", "digest.json"));
});

test("a command without its own is wrong usage in words", async () => {
  expect(await told("import")).toMatchObject({ code: 2, error: { code: "USAGE", message: "error: a command is missing" } });
});

describe("what is there", () => {
  test("a page that a person wrote is neither written over nor taken away", async () => {
    const name = connector("written", contract, { "README.md": "# My own words\n", "icon.svg": "<svg/>" });
    mkdirSync(join(name, "docs", "api"), { recursive: true });
    writeFileSync(join(name, "docs", "api", "mine.md"), "# Mine\n");
    const ended = await told("docs", name);
    expect(ended).toMatchObject({ code: 2, error: { code: "USAGE", remedy: expect.stringContaining("docs.md") } });
    expect(readFileSync(join(name, "README.md"), "utf8")).toBe("# My own words\n");
    expect(existsSync(join(name, "API.md"))).toBe(false);
    rmSync(join(name, "README.md"));
    expect((await told("docs", name)).code).toBe(0);
    expect(readFileSync(join(name, "docs", "api", "mine.md"), "utf8")).toBe("# Mine\n");
  });

  test("a link that leads nowhere is not written through", async () => {
    mkdirSync(join(folder, "linked"));
    symlinkSync(join(folder, "elsewhere.json"), join(folder, "linked", "contract.json"));
    expect(await told("import", "openapi", api, "--out", inFolder("linked"))).toMatchObject({
      code: 2,
      error: { code: "USAGE" },
    });
    expect(existsSync(join(folder, "elsewhere.json"))).toBe(false);
  });

  test("a link to types stays one, and its target is written", async () => {
    writeFileSync(join(folder, "real.d.ts"), "");
    symlinkSync(join(folder, "real.d.ts"), join(folder, "link.d.ts"));
    expect((await mortise("types", good, "--out", inFolder("link.d.ts"))).code).toBe(0);
    expect(readFileSync(join(folder, "real.d.ts"), "utf8")).toContain("export interface Operations");
  });
});

test("a state that cannot be written is said after the answer, which is printed once", async () => {
  const { code, stdout, stderr } = await mortise(
    "call",
    `${good}/listContacts`,
    "--simulate",
    "--state",
    inFolder("nowhere/state.json"),
    "--json",
  );
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, outcome: "success" });
  expect([code, stderr]).toEqual([2, expect.stringContaining("UNWRITABLE_FILE")]);
});

test("what a file holds cannot steer the terminal", async () => {
  writeFileSync(join(folder, "steering.json"), "\u001b]0;pwned\u0007\u001b[2J\u202egnp.exe");
  const { stderr } = await mortise("check", inFolder("steering.json"));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  expect(stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/);
  expect(stderr).toContain("\\u001b");
});

describe("an import", () => {
  test("of a document that breaks off takes over what is there, and does not end as if it was whole", async () => {
    const text = JSON.stringify(
      {
        openapi: "3.0.0",
        info: { title: "Cut" },
        paths: { "/a": { get: { responses: {} } }, "/b": { get: { responses: {} } } },
      },
      null,
      1,
    );
    writeFileSync(inFolder("cut.json"), text.slice(0, text.indexOf('"/b"') + 10));
    const ended = await told("import", "openapi", inFolder("cut.json"), "--out", inFolder("cut"));
    expect(ended).toMatchObject({ code: 1, ok: false });
    expect(ended.diagnostics?.[0]).toMatchObject({ severity: "error", line: expect.any(Number) });
    expect(readFileSync(inFolder("cut/contract.json"), "utf8")).toContain("getA");
  });

  test("reads UTF-16 where a byte order mark says so", async () => {
    writeFileSync(inFolder("wide.yaml"), Buffer.from(`\ufeff${readFileSync(api, "utf8")}`, "utf16le"));
    expect((await told("import", "openapi", inFolder("wide.yaml"), "--out", inFolder("wide"))).code).toBe(0);
  });

  test("takes no file of this machine into the connector, be it named by path, by URL or through a link", async () => {
    const secret = JSON.stringify({ Secret: { type: "string", description: "s3cr3t-of-this-machine" } });
    mkdirSync(inFolder("theirs/common"), { recursive: true });
    for (const name of ["ours.json", "theirs/common/fine.json"]) writeFileSync(inFolder(name), secret);
    symlinkSync(inFolder("ours.json"), inFolder("theirs/link.json"));
    const references = [
      "../ours.json",
      inFolder("ours.json"),
      `file://${inFolder("ours.json")}`,
      "link.json",
      "%2e%2e/ours.json",
    ];
    const document = (list: readonly string[]) => ({
      openapi: "3.0.0",
      info: { title: "Theirs" },
      paths: Object.fromEntries(
        list.map((file, index) => {
          const content = { "application/json": { schema: { $ref: `${file}#/Secret` } } };
          return [`/p${index}`, { get: { responses: { 200: { description: "", content } } } }];
        }),
      ),
    });
    writeFileSync(inFolder("theirs/api.json"), JSON.stringify(document(references)));
    const ended = await told("import", "openapi", inFolder("theirs/api.json"), "--out", inFolder("stolen"));
    expect(readFileSync(inFolder("stolen/contract.json"), "utf8")).not.toContain("s3cr3t");
    expect(ended.diagnostics?.filter(({ code }) => code === "FILE_NOT_ALLOWED")).not.toEqual([]);
    writeFileSync(inFolder("theirs/api.json"), JSON.stringify(document(["common/fine.json", "../ours.json"])));
    const trusted = ["--out", inFolder("trusted"), "--refs", folder];
    expect((await told("import", "openapi", inFolder("theirs/api.json"), ...trusted)).code).toBe(0);
    expect(readFileSync(inFolder("trusted/contract.json"), "utf8").match(/s3cr3t/g)?.length).toBeGreaterThanOrEqual(1);
  });
});
