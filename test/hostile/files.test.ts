// Pins: a file operation that leaves its folders by a path or a link, that hangs on a pipe or a device, or that reads more than it may.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import files from "@mortise/connector-files";
import type { JsonObject } from "@mortise/contract";
import { createRuntime, type Runtime } from "@mortise/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SECRET = "canary-of-another-folder";
let folder: string;
let root: string;
let outside: string;
let runtime: Runtime;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mortise-hostile-"));
  root = join(folder, "root");
  outside = join(folder, "outside");
  for (const made of [root, outside, join(root, "sub"), join(folder, "root-twin")]) mkdirSync(made);
  writeFileSync(join(outside, "secret.json"), JSON.stringify([{ secret: SECRET }]));
  writeFileSync(join(folder, "root-twin", "secret.json"), JSON.stringify([{ secret: SECRET }]));
  symlinkSync(join(outside, "secret.json"), join(root, "link.json"));
  symlinkSync(outside, join(root, "linked"));
  symlinkSync("../outside/new.json", join(root, "dangling.json"));
  symlinkSync("loop-b", join(root, "loop-a"));
  symlinkSync("loop-a", join(root, "loop-b"));
  symlinkSync("/dev/zero", join(root, "zero.json"));
  symlinkSync("/proc/self/environ", join(root, "environ.json"));
  execFileSync("mkfifo", [join(root, "pipe.json"), join(root, "pipe.csv"), join(root, "pipe.jsonl")]);
  writeFileSync(join(root, "huge.json"), "[");
  truncateSync(join(root, "huge.json"), 60_000_000);
  runtime = createRuntime({ connectors: [files], files: { roots: [root], base: root } });
});
afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = (operation: string, input: JsonObject, settings: JsonObject = {}, by = runtime) =>
  by.call(`files/${operation}`, { connection: { name: "f", connector: "files", settings }, input });
const everything = () => readdirSync(outside).map((name) => [name, readFileSync(join(outside, name), "utf8")]);

describe("a path outside of the folders", () => {
  const paths = () => [
    "../outside/secret.json",
    "sub/../../outside/secret.json",
    "sub/..//..///outside/secret.json",
    join(outside, "secret.json"),
    `${root}/../outside/secret.json`,
    "../root-twin/secret.json",
    "link.json",
    "linked/secret.json",
    "sub/../linked/secret.json",
    "dangling.json",
    "loop-a",
    "secret.json\0.csv",
    "\0",
    "/etc/passwd",
    "/proc/self/environ",
    "/proc/self/root/etc/passwd",
    "/dev/stdin",
    "zero.json",
    "environ.json",
    `/proc/self/cwd/${relative(process.cwd(), outside)}/secret.json`,
  ];

  it("is not read, listed, written, replaced or appended to", async () => {
    const before = everything();
    for (const path of paths()) {
      const rows = [{ a: 1 }];
      const results = await Promise.all([
        ...["readJson", "readCsv", "readJsonLines", "listFiles"].map((operation) => call(operation, { path })),
        call("writeRows", { path, rows, format: "csv" }),
        call("appendRows", { path, rows, format: "csv" }),
        call("readJson", { path: "secret.json" }, { root: path.replace(/\/?secret\.json$/, "") }),
      ]);
      expect(
        results.map(({ outcome }) => outcome),
        path,
      ).not.toContain("success");
      expect(JSON.stringify(results), path).not.toContain(SECRET);
    }
    expect(everything()).toEqual(before);
  });

  it("is not opened by a connection whose folder is outside, nor by one without roots", async () => {
    for (const folderOf of ["..", "../outside", outside, "linked", "/"]) {
      expect(await call("readJson", { path: "secret.json" }, { root: folderOf })).toMatchObject({
        error: { code: "FILE_NOT_ALLOWED" },
      });
    }
    const closed = createRuntime({ connectors: [files] });
    expect(await call("readJson", { path: join(outside, "secret.json") }, {}, closed)).toMatchObject({
      error: { code: "FILE_NOT_ALLOWED" },
    });
    await closed.close();
  });
});

describe("what is no file", () => {
  const anywhere = createRuntime({ connectors: [files], files: { roots: "*" } });
  afterAll(() => anywhere.close());

  it.each(["pipe.json", "pipe.csv", "pipe.jsonl", "/dev/zero", "/dev/tty", "/dev/random", "sub"])(
    "is refused at once: %s",
    async (name) => {
      const path = name.startsWith("/") ? name : join(root, name);
      const started = performance.now();
      const rows = [{ a: 1 }];
      const operations = ["readJson", "readCsv", "readJsonLines"].map((operation) => call(operation, { path }, {}, anywhere));
      const append = name.startsWith("pipe") ? [call("appendRows", { path, rows, format: "jsonl" }, {}, anywhere)] : [];
      for (const result of await Promise.all([...operations, ...append])) {
        expect(result, path).toMatchObject({ outcome: "fault", error: { code: "UNREADABLE_FILE" } });
      }
      expect(performance.now() - started).toBeLessThan(2_000);
    },
  );

  it("is refused where it says nothing about its size, as files of the system do", async () => {
    const result = await call("readJson", { path: "/proc/self/status" }, {}, anywhere);
    expect(result.outcome).not.toBe("success");
  });
});

it("a JSON file larger than 50 MB is refused before it is read", async () => {
  const before = process.memoryUsage.rss();
  expect(await call("readJson", { path: "huge.json" })).toMatchObject({ error: { code: "LIMIT_EXCEEDED" } });
  expect(process.memoryUsage.rss() - before).toBeLessThan(40_000_000);
});

describe("a link that takes the place of a checked path", () => {
  it("is not followed when rows are written or appended", async () => {
    const target = join(outside, "precious.txt");
    writeFileSync(target, "precious");
    for (const name of [".out.csv.mortise-tmp", "log.csv.mortise-journal", "log.csv.mortise-journal.mortise-tmp"])
      symlinkSync(target, join(root, name));
    const rows = [{ a: 1 }];
    await call("writeRows", { path: "out.csv", rows });
    await call("appendRows", { path: "log.csv", rows });
    expect(readFileSync(target, "utf8")).toBe("precious");
  });

  it("is never read, however often it is swapped", async () => {
    const path = join(root, "sub", "swapped.json");
    let going = true;
    const swap = async (): Promise<void> => {
      while (going) {
        rmSync(path, { force: true });
        writeFileSync(path, "[]");
        await new Promise(setImmediate);
        rmSync(path, { force: true });
        symlinkSync(join(outside, "secret.json"), path);
        await new Promise(setImmediate);
      }
    };
    const swapping = swap();
    const seen = new Set<string>();
    for (let round = 0; round < 150; round++) {
      const results = await Promise.all([1, 2, 3, 4].map(() => call("readJson", { path: "sub/swapped.json" })));
      for (const result of results) {
        seen.add(result.outcome === "success" ? "success" : result.error.code);
        expect(JSON.stringify(result)).not.toContain(SECRET);
      }
    }
    going = false;
    await swapping;
    expect(seen.size).toBeGreaterThan(1);
  });

  it("is not read when a folder above it is swapped", async () => {
    const inside = join(root, "swapped-folder");
    let going = true;
    const swap = async (): Promise<void> => {
      while (going) {
        rmSync(inside, { recursive: true, force: true });
        mkdirSync(inside);
        writeFileSync(join(inside, "secret.json"), "[]");
        await new Promise(setImmediate);
        rmSync(inside, { recursive: true, force: true });
        symlinkSync(outside, inside);
        await new Promise(setImmediate);
      }
    };
    const swapping = swap();
    for (let round = 0; round < 150; round++) {
      const results = await Promise.all([1, 2, 3, 4].map(() => call("readJson", { path: "swapped-folder/secret.json" })));
      for (const result of results) expect(JSON.stringify(result)).not.toContain(SECRET);
    }
    going = false;
    await swapping;
  });
});

it("names that objects have from birth are names of columns like others", async () => {
  writeFileSync(join(root, "odd.csv"), "__proto__,constructor,toString,hasOwnProperty\n1,2,3,4\n");
  const read = await call("readCsv", { path: "odd.csv" });
  expect(read).toMatchObject({ outcome: "success" });
  const [row] = (read as unknown as { output: { rows: { [name: string]: unknown }[] } }).output.rows;
  expect(Object.entries(row ?? {}).map(([, value]) => String(value))).toEqual(["1", "2", "3", "4"]);
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  const rows = [JSON.parse('{"id": 1, "__proto__": "p", "constructor": "c"}') as JsonObject, { id: 2 }];
  for (const format of ["csv", "jsonl"]) {
    for (const operation of ["writeRows", "appendRows"]) {
      const path = `${operation}.${format}`;
      expect(await call(operation, { path, rows }), path).toMatchObject({ outcome: "success" });
      const text = readFileSync(join(root, path), "utf8");
      expect(text).not.toMatch(/function|native code|\[object/);
      expect(text).toContain("__proto__");
      if (format === "csv") expect(text).toBe("id,__proto__,constructor\n1,p,c\n2,,\n");
    }
  }
  expect(Object.hasOwn(Object.prototype, "p")).toBe(false);
});
