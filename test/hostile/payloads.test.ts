// Pins: what somebody else sends that ends the process, hangs it, fills its memory, changes a number, or reads a file (scorecard R19 to R22).
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { linearPattern, rules } from "@mortise/builders";
import http from "@mortise/connector-http";
import { type CallResult, type HttpRequest, type JsonSchemaObject, readJson } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { importOpenApi } from "@mortise/openapi";
import { createRuntime, type Runtime } from "@mortise/runtime";
import type { Connector } from "@mortise/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { zipFile } from "../../packages/runtime/test/attempts/decoding/zip-file.ts";

const MB = 1_048_576;
const folder = mkdtempSync(join(tmpdir(), "mortise-payloads-"));
const canary = join(folder, "canary.txt");
writeFileSync(canary, "canary-7f3a");

let answer: { readonly type: string; readonly body: string | Buffer };
let server: Server;
let origin: string;
let runtime: Runtime;
/** Requests beside those that the tests make: whatever a reader fetched by itself. */
let strangers = 0;

/** An operation for each way of reading. */
const reading = (decode: NonNullable<HttpRequest["decode"]>, output: JsonSchemaObject = {}) => ({
  title: "Read",
  effect: "read" as const,
  idempotency: "natural" as const,
  scopes: [],
  input: {},
  output,
  identity: [],
  request: { method: "GET" as const, url: { $text: `\${settings.baseUrl}/` }, decode },
  outcomes: [],
  examples: [],
});
const vendor: Connector = {
  contract: {
    ...http.contract,
    name: "vendor",
    auth: {},
    budgets: {},
    operations: {
      json: reading("json"),
      ids: reading("json", { type: "object", properties: { id: { type: ["integer", "string"] } } }),
      lines: reading("jsonl"),
      xml: reading("xml"),
      csv: reading("csv"),
      gzip: reading("gzip"),
      zip: reading({ zip: {} }),
      entries: reading({ zip: { entries: "**" } }),
    },
  },
  natives: {},
};

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url !== "/") strangers++;
    response.on("error", () => undefined);
    response.writeHead(200, { "content-type": answer.type }).end(answer.body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  runtime = createRuntime({ connectors: [vendor], egress: { allow: [origin] } });
});
afterAll(async () => {
  await runtime.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function read(operation: string, type: string, body: string | Buffer): Promise<CallResult> {
  answer = { type, body };
  return await runtime.call(`vendor/${operation}`, {
    connection: { name: "main", connector: "vendor", settings: { baseUrl: origin } },
    input: {},
  });
}

const codeOf = (result: CallResult): string => (result.outcome === "success" ? "success" : result.error.code);

describe("R19: payload bombs", () => {
  it.each(["gzip", "zip", "entries"])(
    "an archive that unpacks to more than 10 MB (%s) is refused, and memory stays",
    async (operation) => {
      const { gzipSync } = await import("node:zlib");
      const nothing = Buffer.alloc(200 * MB);
      const bomb = operation === "gzip" ? gzipSync(nothing) : zipFile([{ name: "a.txt", content: nothing.toString("latin1") }]);
      const before = process.memoryUsage.rss();
      expect(codeOf(await read(operation, "application/octet-stream", bomb))).toBe("LIMIT_EXCEEDED");
      const grown = (process.memoryUsage.rss() - before) / MB;
      console.log(`R19 ${operation}: ${bomb.length} B for 200 MB, ${grown.toFixed(0)} MB of memory more`);
      expect(grown).toBeLessThan(32);
    },
  );

  it("an archive of 60,000 entries is refused, and a name of an entry is only a name", async () => {
    const many = zipFile(Array.from({ length: 60_000 }, (_, index) => ({ name: `${index}`, content: "" })));
    expect(codeOf(await read("entries", "application/zip", many))).toBe("LIMIT_EXCEEDED");
    const names = ["../../../../tmp/mortise-slip", "/etc/mortise-slip", "..\\..\\slip", "C:\\slip"];
    const slips = await Promise.all(
      names.map((name) => read("entries", "application/zip", zipFile([{ name, content: "slip" }]))),
    );
    console.log(`R19 zip slip: ${slips.map(codeOf).join(", ")}; nothing is written anywhere`);
    expect(slips.every((result) => ["success", "INVALID_OUTPUT"].includes(codeOf(result)))).toBe(true);
  });
});

describe("R20: JSON that breaks readers", () => {
  it.each([1_001, 10_000, 100_000, 1_000_000, 5_000_000])("%i levels are refused with a clear error", async (levels) => {
    const nested = "[".repeat(levels) + "]".repeat(levels);
    // Not JSON to us, so it is the text that it is; a schema that wants anything else says so.
    const whole = await read("json", "application/json", nested);
    expect(["success", "LIMIT_EXCEEDED", "INVALID_OUTPUT"]).toContain(codeOf(whole));
    if (whole.outcome === "success") expect(typeof whole.output).toBe("string");
    expect(["INVALID_OUTPUT", "LIMIT_EXCEEDED"]).toContain(codeOf(await read("lines", "application/jsonl", nested)));
    const { diagnostics, value } = readJson(nested);
    expect([undefined, "INVALID_JSON"]).toContain(diagnostics[0]?.code);
    expect(diagnostics.length === 0 ? typeof value : "refused").toBe(levels === 1_001 ? "object" : "refused");
  });

  it("200,000 keys are read, and two of one name are told in documents", async () => {
    const keys = `{${Array.from({ length: 200_000 }, (_, index) => `"k${index}":${index}`).join(",")}}`;
    expect(codeOf(await read("json", "application/json", keys))).toBe("success");
    expect(readJson('{"a":1,"a":2}').diagnostics[0]?.code).toBe("DUPLICATE_NAME");
  });

  it.each([
    ["9007199254740993", "9007199254740993"],
    ["-9007199254740995", "-9007199254740995"],
    ["12345678901234567890", "12345678901234567890"],
    ["1e999", "1e999"],
    ["9007199254740992", 9_007_199_254_740_992],
    ["9007199254740991", 9_007_199_254_740_991],
    ["1.5", 1.5],
    ["1e3", 1_000],
  ])("the number %s stays what it is", async (written, held) => {
    expect(await read("json", "application/json", `{"id":${written},"__proto__":{"a":1}}`)).toMatchObject({
      output: { id: held },
    });
    expect(await read("ids", "application/json", `{"id":${written.replace("1e999", "7").replace("1.5", "7")}}`)).toMatchObject({
      outcome: "success",
    });
    expect(await read("lines", "application/jsonl", `${written}\n`)).toMatchObject({ output: [held] });
    expect(readJson(`[${written}]`).diagnostics.map(({ code }) => code)).toEqual(
      typeof held === "string" ? ["INVALID_VALUE"] : [],
    );
  });

  it("a number of a million digits is neither another number nor a long wait", async () => {
    const digits = "7".repeat(1_000_000);
    const result = await read("json", "application/json", `{"id":${digits}}`);
    expect(result).toMatchObject({ output: { id: digits } });
  });
});

describe("R21: patterns that take for ever", () => {
  const CORES = [
    "(a+)+",
    "(a*)*",
    "(a|a)+",
    "(a|aa)+",
    "(a|a?)+",
    "(.*a){20}",
    "(a+){2,}",
    "([a-z]+)*",
    "(\\w+\\s?)*",
    "(a?){30}a{30}",
    "(a|a)(a|a)".repeat(15),
    `${"a?".repeat(30)}a{30}`,
  ];
  const ENDS = ["$", "!$", "b$", "\\d$", "[^a]$", "(?:x|y)$"];
  const patterns = CORES.flatMap((core) => ENDS.map((end) => `^${core}${end}`));
  const text = `${"a".repeat(5_000)}!`;

  it(`${patterns.length} of them end in every place that takes a pattern`, async () => {
    let worst = { ms: 0, pattern: "" };
    for (const pattern of patterns) {
      const began = performance.now();
      const linear = linearPattern(pattern);
      if (typeof linear !== "string") linear.test(text);
      compileSchema({ type: "string", pattern })(text);
      compileSchema({ type: "object", patternProperties: { [pattern]: { type: "string" } } })({ [text]: "x" });
      const ms = performance.now() - began;
      if (ms > worst.ms) worst = { ms, pattern };
    }
    console.log(
      `R21: ${patterns.length} patterns on ${text.length} letters in 3 places, slowest ${worst.ms.toFixed(0)} ms: ${worst.pattern}`,
    );
    expect(patterns.length).toBeGreaterThanOrEqual(50);
    expect(rules.some(({ name }) => name === "pattern")).toBe(true);
  });
});

describe("R22: documents that fetch or grow by themselves", () => {
  const laughs = (open: string, entity: (name: string, text: string) => string, close: string): string => {
    const levels = Array.from({ length: 10 }, (_, index) =>
      entity(`l${index}`, index === 0 ? "lol" : `&l${index - 1};`.repeat(10)),
    );
    return open + levels.join("") + close;
  };
  const own = (): string => `${origin}/stolen`;
  const file = pathToFileURL(canary).href;

  it.each([
    ["billion laughs", () => laughs("<!DOCTYPE a [", (name, text) => `<!ENTITY ${name} "${text}">`, "]><a>&l9;</a>")],
    ["quadratic growth", () => `<!DOCTYPE a [<!ENTITY x "${"x".repeat(50_000)}">]><a>${"&x;".repeat(20_000)}</a>`],
    ["a file", () => `<!DOCTYPE a [<!ENTITY x SYSTEM "${file}">]><a>&x;</a>`],
    ["an address", () => `<!DOCTYPE a [<!ENTITY x SYSTEM "${own()}">]><a>&x;</a>`],
    ["a parameter entity", () => `<!DOCTYPE a [<!ENTITY % x SYSTEM "${own()}">%x;]><a/>`],
    ["an outer DTD", () => `<!DOCTYPE a SYSTEM "${own()}"><a/>`],
    ["an inclusion", () => `<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="${file}" parse="text"/></a>`],
  ])("XML with %s neither grows nor reads", async (_, body) => {
    const result = await read("xml", "application/xml", body());
    const shown = JSON.stringify(result);
    expect(shown).not.toContain("canary-7f3a");
    expect(shown.length).toBeLessThan(2 * MB);
    expect(["success", "INVALID_OUTPUT", "LIMIT_EXCEEDED"]).toContain(codeOf(result));
  });

  it.each([
    [
      "aliases",
      () =>
        `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
          .split("")
          .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[index]}`).join(",")}]`)
          .join("\n")}`,
    ],
    ["a tag that makes objects", () => `openapi: 3.1.0\ninfo: !!js/function "function () { return 1 }"\npaths: {}`],
    [
      "a reference to a file",
      () =>
        `openapi: 3.1.0\ninfo: {title: T, version: "1"}\npaths: {"/x": {get: {responses: {"200": {description: x, content: {application/json: {schema: {$ref: "${file}"}}}}}}}}`,
    ],
    [
      "a reference to an address",
      () =>
        `openapi: 3.1.0\ninfo: {title: T, version: "1"}\npaths: {"/x": {get: {responses: {"200": {description: x, content: {application/json: {schema: {$ref: "${own()}"}}}}}}}}`,
    ],
  ])("a YAML document with %s neither grows nor reads", (_, text) => {
    const imported = importOpenApi({ text: text(), file: "hostile.yaml" });
    const shown = JSON.stringify(imported);
    expect(shown).not.toContain("canary-7f3a");
    expect(shown.length).toBeLessThan(MB);
  });

  it("nothing was fetched", () => {
    console.log(`R22: 11 documents, ${strangers} requests and 0 reads of files`);
    expect(strangers).toBe(0);
  });
});
