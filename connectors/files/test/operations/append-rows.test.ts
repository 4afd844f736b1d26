// Pins: a row that is lost or written twice when an append is repeated, killed, or made by two processes at once.
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { allRows, call, contextIn } from "../native-context.ts";
import { tempFolder } from "../temp-folder.ts";

const folder = tempFolder();
const text = (name: string) => readFileSync(join(folder.path, name), "utf8");
const append = (path: string, rows: readonly object[], key: string, more: object = {}) =>
  call("appendRows", { path, rows: rows as never, ...more }, contextIn(folder.path, key));

describe("appending", () => {
  test("creates the file with one header, and later rows follow it", async () => {
    await append("a.csv", [{ n: 1, text: 'x, "y"' }], "k1");
    expect(await append("a.csv", [{ text: null, n: "02" }], "k2")).toEqual({ path: "a.csv", count: 1, bytes: 4 });
    expect(text("a.csv")).toBe('n,text\n1,"x, ""y"""\n02,\n');
  });

  test("writes JSON Lines, objects in CSV as their JSON text, and formulas as they are", async () => {
    await append("a.jsonl", [{ n: 1, deep: { a: [1] } }], "k1");
    expect(text("a.jsonl")).toBe('{"n":1,"deep":{"a":[1]}}\n');
    await append("deep.csv", [{ deep: { a: [1] }, sum: "=1+1" }], "k1");
    expect(text("deep.csv")).toBe('deep,sum\n"{""a"":[1]}",=1+1\n');
  });

  test("a blank cell of a one-column file is a row, not a blank line", async () => {
    await append("one.csv", [{ a: "" }, { a: "x" }], "k1");
    expect(await allRows("readCsv", { path: "one.csv" }, contextIn(folder.path))).toEqual([{ a: "" }, { a: "x" }]);
  });

  test("follows the columns of a file that somebody else began, also without a line break at its end", async () => {
    folder.put("theirs.csv", "b,a\n1,2");
    await append("theirs.csv", [{ a: "x" }], "k1");
    expect(text("theirs.csv")).toBe("b,a\n1,2\n,x\n");
  });

  test("a column that the file does not have is refused before anything is written", async () => {
    await append("cols.csv", [{ a: 1 }], "k1");
    await expect(append("cols.csv", [{ a: 2 }, { a: 3, b: 4 }], "k2")).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: "Row 2 has the column b; cols.csv has a.",
      data: { path: "/rows/1/b" },
    });
    expect(text("cols.csv")).toBe("a\n1\n");
  });

  test("a JSON file cannot be appended to", async () => {
    await expect(append("a.json", [{ a: 1 }], "k1")).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(existsSync(join(folder.path, "a.json"))).toBe(false);
  });
});

describe("repeating", () => {
  test("with the same key adds nothing, also after other appends", async () => {
    for (const key of ["k1", "k2", "k1", "k3", "k2", "k1"]) await append("r.jsonl", [{ key }], key);
    expect(text("r.jsonl")).toBe('{"key":"k1"}\n{"key":"k2"}\n{"key":"k3"}\n');
  });

  test("with the same key and other rows is a conflict", async () => {
    await append("c.jsonl", [{ a: 1 }], "k1");
    await expect(append("c.jsonl", [{ a: 2 }], "k1")).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("after the file was replaced or cut begins anew", async () => {
    await append("n.jsonl", [{ a: 1 }], "k1");
    truncateSync(join(folder.path, "n.jsonl"), 0);
    await append("n.jsonl", [{ a: 2 }], "k2");
    expect(text("n.jsonl")).toBe('{"a":2}\n');
    await call("writeRows", { path: "n.jsonl", rows: [{ a: 3 }] }, contextIn(folder.path));
    await append("n.jsonl", [{ a: 4 }], "k3");
    expect(text("n.jsonl")).toBe('{"a":3}\n{"a":4}\n');
  });
});

test("many appends at once do not lose, tear or mix rows", async () => {
  const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
  await Promise.all(keys.flatMap((key) => [append("many.csv", [{ key }], key), append("many.csv", [{ key }], key)]));
  const rows = (await allRows("readCsv", { path: "many.csv" }, contextIn(folder.path))) as { key: string }[];
  expect(rows.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
});

const script = join(import.meta.dirname, "../append/killed-append.ts");
const child = (file: string, key: string, rows: readonly object[], killAt: number) =>
  spawnSync(process.execPath, [script, folder.path, file, key, JSON.stringify(rows), String(killAt)], {
    encoding: "utf8",
    // Starting a child costs more than what it does.
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder.path, "compile-cache") },
  });

describe("killed before each change of a file in turn", () => {
  const first = [{ n: 1, t: "one" }];
  const second = [
    { n: 2, t: "zwei, é" },
    { n: 3, t: "drei" },
  ];
  const third = [{ n: 4, t: "vier" }];
  const wanted = [...first, ...second, ...third].map(({ n, t }) => ({ n: String(n), t }));

  test("the first append and its header", { timeout: 60_000 }, async () => {
    const changes = Number(child("count.csv", "k1", first, 0).stdout);
    expect(changes).toBeGreaterThan(6);
    for (let at = 1; at <= changes; at++) {
      const file = `first-${at}.csv`;
      expect(child(file, "k1", first, at).signal).toBe("SIGKILL");
      await append(file, third, "k3");
      await append(file, first, "k1");
      await append(file, first, "k1");
      const rows = (await allRows("readCsv", { path: file }, contextIn(folder.path))) as { n: string }[];
      expect(rows.toSorted((a, b) => Number(a.n) - Number(b.n))).toEqual([wanted[0], wanted[3]]);
      expect(text(file).match(/n,t/g)).toHaveLength(1);
    }
  });

  test("a later append: others read no torn row meanwhile, and its repeat completes it in its place", {
    timeout: 60_000,
  }, async () => {
    await append("count2.csv", first, "k1");
    const changes = Number(child("count2.csv", "k2", second, 0).stdout);
    for (let at = 1; at <= changes; at++) {
      const file = `later-${at}.csv`;
      await append(file, first, "k1");
      expect(child(file, "k2", second, at).signal).toBe("SIGKILL");
      await append(file, third, "k3");
      const meanwhile = (await allRows("readCsv", { path: file }, contextIn(folder.path))) as { n: string }[];
      expect(wanted).toEqual(expect.arrayContaining(meanwhile));
      expect(meanwhile.map(({ n }) => n)).toEqual(expect.arrayContaining(["1", "4"]));
      await append(file, second, "k2");
      const rows = (await allRows("readCsv", { path: file }, contextIn(folder.path))) as { n: string }[];
      expect(rows.toSorted((a, b) => Number(a.n) - Number(b.n))).toEqual(wanted);
      expect(text(file)).not.toContain("\0");
    }
  });
});

test("processes that append at once, two of them the same, do not lose, double or mix rows", async () => {
  const run = promisify(execFile);
  const keys = ["k1", "k2", "k3", "k3"];
  const rows = (key: string) => JSON.stringify(Array.from({ length: 500 }, (_, n) => ({ key, n })));
  await Promise.all(keys.map((key) => run(process.execPath, [script, folder.path, "procs.csv", key, rows(key), "0"])));
  const read = (await allRows("readCsv", { path: "procs.csv" }, contextIn(folder.path))) as { key: string; n: string }[];
  expect(new Set(read.map(({ key, n }) => `${key} ${n}`)).size).toBe(1_500);
  expect(read).toHaveLength(1_500);
});

test("the lock of a process that died is broken, the lock of one that lives is respected", async () => {
  const dead = spawnSync(process.execPath, ["-e", "process.stdout.write(String(process.pid))"], { encoding: "utf8" });
  const lock = join(folder.path, "locked.jsonl.mortise-lock");
  writeFileSync(lock, JSON.stringify({ token: "t", pid: Number(dead.stdout), host: hostname() }));
  await append("locked.jsonl", [{ a: 1 }], "k1");
  expect(existsSync(lock)).toBe(false);
  writeFileSync(lock, JSON.stringify({ token: "t", pid: process.pid, host: hostname() }));
  const stopped = call(
    "appendRows",
    { path: "locked.jsonl", rows: [{ a: 2 }] },
    contextIn(folder.path, "k2", AbortSignal.timeout(100)),
  );
  await expect(stopped).rejects.toThrow();
  expect(text("locked.jsonl")).toBe('{"a":1}\n');
});
