// Pins: an icon that runs a script, a build that is not what its digests say, and secrets in fixtures that nobody looked into.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { exampleSubject, lintConnector, readConnectorFiles } from "../src/index.ts";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>';
const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

function found(files: { readonly [path: string]: string }): readonly string[] {
  const { contract } = exampleSubject({});
  const { diagnostics } = lintConnector({
    contract,
    files: new Map(Object.entries({ "icon.svg": SVG, ...files })),
    today: "2026-06-01",
  });
  return diagnostics.map(({ check, severity, file, line, path, message }) => {
    const place = file === undefined ? path : `${file}${line === undefined ? "" : `:${line}`}`;
    return `${check} ${severity} ${place} ${message}`;
  });
}

describe("an icon", () => {
  test.each([
    ["a script", "<svg><script>alert(1)</script></svg>", "<script"],
    ["an event handler", '<svg onload="alert(1)"></svg>', "onload"],
    ["a picture from elsewhere", '<svg><image href="https://evil.example/a.png"/></svg>', "href"],
    ["another document", "<svg><foreignObject></foreignObject></svg>", "<foreignObject"],
    ["no SVG at all", "hello", "is no SVG"],
  ])("may not hold %s", (_, text, told) => {
    expect(found({ "icon.svg": text })).toEqual([expect.stringContaining(told)]);
  });

  test("may refer to what it defines itself", () => {
    expect(found({ "icon.svg": '<svg><defs><path id="a"/></defs><use href="#a"/></svg>' })).toEqual([]);
  });
});

describe("a build", () => {
  test("is what its digests say", () => {
    const files = { "contract.json": digest("{}") };
    expect(found({ "dist/contract.json": "{}", "dist/digest.json": JSON.stringify({ files }) })).toEqual([]);
    expect(found({ "dist/contract.json": "{ }", "dist/digest.json": JSON.stringify({ files }) })).toEqual([
      expect.stringContaining("dist/contract.json is not what dist/digest.json says"),
    ]);
    expect(found({ "dist/digest.json": JSON.stringify({ files }) })).toEqual([expect.stringContaining("is not there")]);
    expect(found({ "dist/digest.json": "{" })).toEqual([expect.stringContaining("no list of digests")]);
  });
});

describe("a fixture", () => {
  test("with a secret, a cookie or an address is found at its line", () => {
    const text =
      '{\n  "token": "ghp_A8sK2mQ9xLw4Zt7Rb1Vn6Yc3Hd5Jf0GpTuEe",\n  "cookie": "session=8f3b2a9c1d7e",\n  "mail": "ada@lovelace.uk"\n}';
    expect(found({ "scenarios/get.json": text })).toEqual([
      "MC042 error scenarios/get.json:2 scenarios/get.json: holds a token of GitHub; take it back at the vendor, and put a made-up value here",
      "MC042 error scenarios/get.json:3 scenarios/get.json: holds a cookie of a session",
      "MC042 warning scenarios/get.json:4 scenarios/get.json: holds a mail address at lovelace.uk; use one at example.com (RFC 2606)",
    ]);
  });

  test("with what vendors show in their documentation is none of these", () => {
    expect(
      found({ "scenarios/get.json": '{ "token": "ghp_1234567890abcdef1234567890abcdef12345678", "mail": "a@example.com" }' }),
    ).toEqual([]);
  });

  test("that expects what the output schema refuses is found", () => {
    const scenario = { operation: "whoAmI", input: {}, expect: { outcome: "success", output: { id: 7 } } };
    expect(found({ "scenarios/me.json": JSON.stringify(scenario) })).toEqual([
      expect.stringMatching(/^MC019 warning scenarios\/me\.json/),
    ]);
  });
});

describe("reading a folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "mortise-files-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("gives its files by path, those of other people left out", () => {
    for (const path of ["src/deep/a.ts", "node_modules/x/index.js", ".git/config", "icon.png"]) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), path === "icon.png" ? Buffer.from([0x89, 0x50, 0x4e, 0x47]) : path);
    }
    const files = readConnectorFiles(folder);
    expect([...files.keys()].toSorted()).toEqual(["icon.png", "src/deep/a.ts"]);
    expect(files.get("icon.png")).toBe("\u0089PNG");
  });
});
