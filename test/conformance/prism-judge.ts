import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { isRefusal, type Judge, listenToJudge } from "./judge.ts";

const START_MS = 60_000;

/**
 * Stoplight Prism, in a process of its own, serving mocks of an OpenAPI document and judging what it is sent. It serves paths without what
 * servers put before them, so `basePaths` are taken away, the first that fits.
 */
export async function openPrismJudge(file: string, basePaths: readonly string[]): Promise<Judge> {
  const port = await freePort();
  const home = dirname(createRequire(import.meta.url).resolve("@stoplight/prism-cli/package.json"));
  const child = spawn(
    process.execPath,
    ["--max-old-space-size=2048", join(home, "dist", "index.js"), "mock", "-h", "127.0.0.1", "-p", String(port), file],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NODE_NO_WARNINGS: "1" } },
  );
  let output = "";
  let isUp = false;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const up = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Prism did not start: ${output.slice(-500)}`)), START_MS);
    const read = (chunk: Buffer): void => {
      if (isUp) return;
      output += chunk.toString("utf8");
      if (!output.includes("Prism is listening")) return;
      isUp = true;
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
  };
  await up.catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return listenToJudge({ port, close, basePaths }, complaint);
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
    return [{ location: ["request"], severity: "Error", message: header.slice(0, 200) }];
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
