// Pins: a secret that the command line writes to a terminal, into its JSON, or into a file that is not the one for credentials.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Contract } from "@mortise/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testAuthority } from "../world/certificates.ts";
import { type Finished, mortise, startMortise, waitForOutput } from "../world/mortise-process.ts";
import { canaryConnector } from "./canaries/connector.ts";
import { credentialFor } from "./canaries/credentials.ts";
import { CanaryLedger } from "./canaries/ledger.ts";
import { SCHEMES } from "./canaries/schemes.ts";
import { Places } from "./canaries/search.ts";
import { type HostileVendor, startHostileVendor } from "./canaries/vendor.ts";

const ledger = new CanaryLedger();
const places = new Places();
const folder = mkdtempSync(join(tmpdir(), "mortise-canary-command-"));
const connector = join(folder, "canary");
/** Where credentials belong. */
const secrets = join(folder, "secrets");
const CALLED = ["keyQuery", "basic", "clientBody", "session", "custom"];
let vendor: HostileVendor;

beforeAll(async () => {
  const authority = await testAuthority();
  vendor = await startHostileVendor(ledger, authority);
  mkdirSync(connector);
  mkdirSync(secrets);
  const { contract } = canaryConnector();
  const { local: _, ...operations } = contract.operations;
  const { fields: __, ...auth } = contract.auth;
  writeFileSync(join(connector, "contract.json"), JSON.stringify({ ...contract, operations, auth } satisfies Contract));
  for (const name of [...CALLED, "codeDpop", "device"]) {
    const scheme = SCHEMES[name] as (typeof SCHEMES)[string];
    const credential = await credentialFor(name, scheme, ledger, { ca: authority.ca, client: () => authority.client("ada") });
    const settings = { baseUrl: vendor.origin, who: name };
    writeFileSync(fileOf(name), JSON.stringify({ auth: name, settings, credential }), { mode: 0o600 });
  }
}, 60_000);
afterAll(async () => {
  await vendor?.close();
  rmSync(folder, { recursive: true, force: true });
});

const fileOf = (name: string): string => join(secrets, `${name}.json`);
const allowed = () => ["--allow-egress", vendor.origin];

function keep(name: string, { stdout, stderr }: Finished): void {
  places.add(`${name}, stdout`, stdout);
  places.add(`${name}, stderr`, stderr);
}

async function call(name: string, mode: string, ...flags: readonly string[]): Promise<Finished> {
  const input = JSON.stringify({ mode });
  const done = await mortise(
    ["call", `${connector}/read`, "--input", input, "--connection", fileOf(name), ...allowed(), ...flags],
    { cwd: folder, env: { MORTISE_DEBUG: "1" } },
  );
  keep("call", done);
  return done;
}

describe("the command line, against a vendor that repeats everything", () => {
  // One call of a connection at a time: what the vendor gives to one process, another one has never seen.
  it("calls", async () => {
    const codes = await Promise.all(
      CALLED.map(async (name) => {
        const good = await call(name, "ok", "--json");
        const bad = await call(name, "401");
        await call(name, "garbage", "--json");
        return [name, good.code, bad.code, (await call(name, "ok", "--dry-run", "--json")).code];
      }),
    );
    expect(codes).toEqual(CALLED.map((name) => [name, 0, 1, 0]));
  }, 180_000);

  it("connects in a browser, and is refused", async () => {
    const name = "codeDpop";
    for (const word of [undefined, "invalid_grant"]) {
      const running = startMortise(["connect", connector, "--connection", fileOf(name), ...allowed(), "--json"], {
        cwd: folder,
      });
      const [, url = ""] = await waitForOutput(running, /\n\s+(http:\S+)\n/);
      const away = await fetch(url, { redirect: "manual" });
      if (word !== undefined) vendor.refusals.set(name, word);
      const page = await fetch(away.headers.get("location") ?? "", { redirect: "manual" });
      places.add("pages", await page.text(), [...page.headers].join("\n"));
      const done = await running.finished;
      keep("connect", done);
      expect(done.code, done.stderr).toBe(word === undefined ? 0 : 1);
    }
  }, 60_000);

  it("connects with a code on another device", async () => {
    const done = await mortise(["connect", connector, "--connection", fileOf("device"), ...allowed()], { cwd: folder });
    keep("connect", done);
    expect(done.code, done.stderr).toBe(0);
  }, 60_000);

  it("runs workflows that succeed and that fail", async () => {
    const connections = join(secrets, "connections.json");
    const bearer = { token: ledger.mint("runs", "token") };
    writeFileSync(
      connections,
      JSON.stringify({
        vendor: { connector: "http", auth: "bearer", settings: { baseUrl: `${vendor.origin}/v/runs/api` }, credential: bearer },
      }),
    );
    const results = [];
    for (const [mode, flags] of [
      ["ok", ["--memory", "--json"]],
      ["422", ["--memory"]],
      ["401", ["--json", "--data", join(folder, "data")]],
    ] as const) {
      const workflow = join(folder, `${mode}.json`);
      const document = {
        format: "mortise.workflow/1",
        name: "Canary",
        trigger: { use: "manual" },
        nodes: { one: { use: "http@1/get", connection: "vendor", with: { url: `/${mode}` } } },
        output: { $cel: "steps.one.output" },
      };
      writeFileSync(workflow, JSON.stringify(document));
      const done = await mortise(["run", workflow, "--connections", connections, ...allowed(), ...flags], { cwd: folder });
      keep("run", done);
      results.push(done.code);
    }
    expect(results).toEqual([0, 1, 1]);
  }, 120_000);

  it("says what is wrong with a file without what is in it", async () => {
    const text = readFileSync(fileOf("basic"), "utf8");
    for (const [n, wrong] of [
      text.slice(0, -4),
      text.replace('"auth"', '"oauth"'),
      text.replace('"password"', '"passwords"'),
    ].entries()) {
      const file = join(secrets, `wrong-${n}.json`);
      writeFileSync(file, wrong);
      const done = await mortise(["call", `${connector}/read`, "--input", "{}", "--connection", file, "--json"], { cwd: folder });
      keep("call", done);
      expect(done.code, wrong).not.toBe(0);
    }
  }, 60_000);
});

/** All files but those for credentials. */
function readFolder(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory() && inner !== secrets) readFolder(inner);
    else if (entry.isFile()) places.add("files", readFileSync(inner, "latin1"));
  }
}

it("nothing that was written holds a canary, and what is no secret is there", () => {
  readFolder(folder);
  const found = places.search(ledger.all);
  console.log(`canaries: ${ledger.all.length}, places searched: ${places.bytes} bytes, hits: ${found.length}`);
  for (const { place, canary, around } of found.slice(0, 50)) console.log(`${place}: ${canary}\n    ${JSON.stringify(around)}`);
  expect([...new Set(found.map(({ place, canary }) => `${place}: ${canary}`))]).toEqual([]);
  for (const text of ["ada-visible", "[redacted]"]) expect(places.has(text)).toContain("call, stdout");
});
