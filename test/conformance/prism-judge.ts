import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { isRefusal, type Judge, listenToJudge } from "./judge.ts";

const START_MS = 60_000;

/** How Prism says where it listens, once it does; what follows the port is waited for, since output may be cut anywhere. */
const LISTENING = /Prism is listening on http:\/\/127\.0\.0\.1:(\d+)\D/;

/**
 * Stoplight Prism, in a process of its own, serving mocks of an OpenAPI document and judging what it is sent. It serves paths without what
 * servers put before them, so `basePaths` are taken away, the first that fits. It listens on a port of the system's choice and says which:
 * a port that is chosen for it may be taken by another process before it listens.
 */
export async function openPrismJudge(file: string, basePaths: readonly string[]): Promise<Judge> {
  const folder = mkdtempSync(join(tmpdir(), "mortise-prism-"));
  const home = dirname(createRequire(import.meta.url).resolve("@stoplight/prism-cli/package.json"));
  const child = spawn(
    process.execPath,
    ["--max-old-space-size=2048", join(home, "dist", "index.js"), "mock", "-h", "127.0.0.1", "-p", "0", readable(file, folder)],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NODE_NO_WARNINGS: "1" } },
  );
  let output = "";
  let port = 0;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const up = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Prism did not start: ${output.slice(-500)}`)), START_MS);
    const read = (chunk: Buffer): void => {
      if (port > 0) return;
      output += chunk.toString("utf8");
      const [, heard] = LISTENING.exec(output) ?? [];
      if (heard === undefined) return;
      port = Number(heard);
      clearTimeout(late);
      resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => {
      clearTimeout(late);
      reject(new Error(`Prism ended: ${output.slice(-500)}`));
    });
  });
  const close = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  await up.catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return listenToJudge({ port, close, basePaths }, complaint);
}

/**
 * Documents of OpenAPI 2.0 that forget to say what they consume: Prism then accepts no body at all, so it gets a copy that says JSON. A
 * packed document is unpacked, any other is given to it as it is.
 */
function readable(file: string, folder: string): string {
  if (file.endsWith(".gz")) {
    const unpacked = join(folder, basename(file, ".gz"));
    writeFileSync(unpacked, gunzipSync(readFileSync(file)));
    return unpacked;
  }
  if (!file.endsWith(".json")) return file;
  const document = JSON.parse(readFileSync(file, "utf8")) as { readonly swagger?: string; readonly consumes?: readonly string[] };
  if (document.swagger === undefined || (document.consumes?.length ?? 0) > 0) return file;
  const copy = join(folder, basename(file));
  writeFileSync(copy, JSON.stringify({ ...document, consumes: ["application/json"] }));
  return copy;
}

interface Violation {
  readonly location: readonly string[];
  readonly severity: string;
  readonly message: string;
}

/** What Prism says of the request; its words about its own mock answer are none of our business. */
function complaint(
  status: number,
  headers: { readonly [name: string]: string | string[] | undefined },
  body: string,
): string | undefined {
  const violations = readViolations(headers["sl-violations"]).filter(
    ({ location, severity }) => location[0] === "request" && severity === "Error",
  );
  if (violations.length > 0)
    return violations.map(({ location, message }) => `${location.slice(1).join(".")}: ${message}`).join("; ");
  const isPrisms =
    isRefusal(status) &&
    /stoplight\.io\/prism\/errors#(NO_|METHOD|UNAUTHORIZED|INVALID_CONTENT|UNPROCESSABLE|SECURITY)/.test(body);
  return isPrisms ? `${status} ${body.slice(0, 200)}` : undefined;
}

function readViolations(header: string | string[] | undefined): readonly Violation[] {
  if (typeof header !== "string") return [];
  try {
    return JSON.parse(header) as readonly Violation[];
  } catch {
    // A long list is cut off in the middle; what is left still says what it is about.
    return header.includes('"location":["request"')
      ? [{ location: ["request"], severity: "Error", message: header.slice(0, 200) }]
      : [];
  }
}
