// Pins: code of a connector that does what its contract does not say, written in a way that a search for words would miss.
import type { Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { exampleSubject, lintConnector } from "../../src/index.ts";
import { sourceFacts } from "../../src/source/source-facts.ts";

const facts = (text: string) => sourceFacts("src/run.ts", text);

/** Messages of MC041 about a folder with one source and a package.json. */
function judged(text: string, native?: { readonly uses: readonly string[] }): readonly string[] {
  return judgedAs(
    text,
    native === undefined ? {} : { request: null, native: { reason: "Speaks a protocol of its own.", ...native } },
  );
}

function judgedAs(text: string, own: Json): readonly string[] {
  const { contract } = exampleSubject({ contract: { operations: { whoAmI: own } } });
  const files = new Map([
    ["icon.svg", "<svg></svg>"],
    ["package.json", JSON.stringify({ dependencies: { "@mortise/sdk": "0.1.0", pg: "8.23.1" } })],
    ["src/run.ts", text],
  ]);
  return lintConnector({ contract, files, today: "2026-06-01" }).diagnostics.flatMap(({ check, line, path, message }) =>
    check === "MC041" ? [`${line ?? path}: ${message}`] : [],
  );
}

describe("imports", () => {
  test.each([
    ['import { x } from "@mortise/sdk";'],
    ['import { x } from "./other.ts";'],
    ['import pg from "pg";'],
    ['import type { Stats } from "node:fs";'],
    ['import { createHash } from "node:crypto";'],
    ['export type { Server } from "node:http";'],
  ])("may be %s", (text) => {
    expect(judged(text)).toEqual([]);
  });

  test.each([
    ['import { exec } from "node:child_process";'],
    ['import { readFile } from "node:fs/promises";'],
    ['import axios from "axios";'],
    ['import { createRuntime } from "@mortise/runtime";'],
    ['export { connect } from "node:net";'],
    ['export * from "pgx";'],
    ['const { exec } = await import("node:child_process");'],
    ['const { exec } = require("child_process");'],
  ])("may not be %s", (text) => {
    expect(judged(`\n${text}`)).toEqual([expect.stringMatching(/^2: imports "/)]);
  });

  test("of files and sockets are allowed to operations that declare them", () => {
    expect(judged('import { readFile } from "node:fs/promises";', { uses: ["files"] })).toEqual([]);
    expect(judged('import { connect } from "node:net";', { uses: ["network"] })).toEqual([]);
  });
});

describe("code that is made at run time, and ways around the capabilities", () => {
  test.each([
    ['eval("1")'],
    ['new Function("return 1")()'],
    ['Function("return 1")'],
    ["await import(name)"],
    ["require(name)"],
    ['setTimeout("work()", 5)'],
    ['await fetch("https://eu.acme.example/x")'],
    ['new WebSocket("wss://eu.acme.example/x")'],
    ["process.env.TOKEN"],
    ['process["env"]'],
    ["process.kill(1)"],
    ['globalThis["ev" + "al"]("1")'],
  ])("%s", (text) => {
    expect(facts(text)?.forbidden).toHaveLength(1);
  });

  test.each([
    ["setTimeout(() => work(), 5)"],
    ["process.kill(pid, 0)"],
    ["globalThis.structuredClone(x)"],
    ['const text = "eval(1) and new Function()";'],
    ["// await fetch(url)\nwork();"],
    ["class Evaluation { eval() {} }\nnew Evaluation().eval()"],
  ])("is not %s", (text) => {
    expect(facts(text)?.forbidden).toEqual([]);
  });
});

describe("hosts", () => {
  test("in the code are those of the contract", () => {
    expect(judged('const a = "https://eu.acme.example/x";')).toEqual([]);
    expect(judged('const a = "https://api.example.com/x";')).toEqual([]);
    expect(judged("const a = `https://collect.evil.io/x`;")).toEqual([
      expect.stringContaining('names the host "collect.evil.io"'),
    ]);
  });
});

describe("capabilities", () => {
  test("that are used and not declared are found, and the other way round", () => {
    const used = "export const run = (input: object, ctx: Context) => ctx.connect({ host: input.host, port: 1 });";
    expect(judged(used, { uses: ["network"] })).toEqual([]);
    expect(judged(used, { uses: [] })).toEqual([expect.stringContaining('lacks "network"')]);
    expect(judged("export const run = () => 1;", { uses: ["files"] })).toEqual([expect.stringContaining('lists "files"')]);
  });
});

describe("rights of code in the sandbox", () => {
  const place = { host: "api.acme.example", methods: ["GET"], paths: ["/v1/**"], auth: "connection" };
  const inCode = (capabilities: Json): Json => ({ request: null, code: { entry: "src/run.ts", capabilities } });

  test("that are used and not declared are found, and the other way round", () => {
    const used = "export default async (input: object, ctx: Context) => (await ctx.http.request({ path: '/v1/a' })).body;";
    expect(judgedAs(used, inCode({ http: [place] }))).toEqual([]);
    expect(judgedAs(used, inCode({}))).toEqual([expect.stringContaining('lacks "http"')]);
    expect(judgedAs(used, inCode({ http: [place], state: { maxKB: 1 } }))).toEqual([expect.stringContaining('lists "state"')]);
    expect(judgedAs("export default () => 1;", inCode({}))).toEqual([]);
  });
});

test("a file that cannot be parsed is a finding, not a pass", () => {
  expect(judged("export const = ;")).toEqual([expect.stringContaining("cannot be parsed")]);
});
