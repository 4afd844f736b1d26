/** Pins: a browser shows one result of a transformer or a rule and the server computes another; or the builders need more than a strict page allows. */
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cases, runAllCases } from "./cases/run-all-cases.ts";

const CHROMIUM = process.env.MORTISE_CHROMIUM ?? "/usr/bin/chromium";
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'";
const folder = join(import.meta.dirname, "cases");
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const cases: Cases = { transformers: read("transformers.json"), rules: read("rules.json") };

let browser: Browser;
let server: Server;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`This test needs Chromium and found none at ${CHROMIUM}: apt-get install chromium`);
  const script = await bundle();
  server = createServer((request, response) => {
    const isScript = request.url === "/cases.js";
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    response.end(isScript ? script : "<!doctype html><title>cases</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
});

test("Chromium, in another zone and language, under a policy without eval, makes byte for byte what Node makes of every case", async () => {
  const context = await browser.newContext({ timezoneId: "Asia/Kathmandu", locale: "tr-TR" });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const text = JSON.stringify(JSON.stringify(cases));
  const run = `import("/cases.js").then(({ runAllCases }) => runAllCases(JSON.parse(${text})))`;
  const made = await page.evaluate<readonly string[]>(run);
  const expected = runAllCases(cases);
  expect(expected.length).toBe(cases.transformers.length + cases.rules.length);
  expect(made).toEqual(expected);
  expect(faults.filter((each) => !each.includes("favicon"))).toEqual([]);
  console.log(`${made.length} cases are the same in Chromium ${browser.version()} and Node ${process.version}`);
  await context.close();
});

async function bundle(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2023",
      minify: false,
      lib: { entry: join(folder, "run-all-cases.ts"), formats: ["es"], fileName: "cases" },
    },
  });
  const outputs = Array.isArray(made) ? made.flatMap(({ output }) => output) : "output" in made ? made.output : [];
  const [script] = outputs;
  if (outputs.length !== 1 || script?.type !== "chunk") throw new Error("The builders were not bundled into one script.");
  return script.code;
}
