/** Calls of guest code in the sandbox against a thread of Node that is started for the same work; and how fast it starts and kills. */
import { Worker } from "node:worker_threads";
import { createSandbox, type Sandbox } from "@mortise/sandbox";
import { report } from "../figure.ts";
import { median, quantile } from "../quantile.ts";

const STARTS = 5;
const KILLS = 5;
const WARM_UP = 20;
const CALLS = 300;
const THREADS = 20;

/** What a scheme's code does: a canonical text, a digest, four keys from one another, a header. */
const SIGN = `
  const sign = ({ method, url, body, key }) => {
    const text = [method, url, crypto.hash("sha256", body)].join("\\n");
    const last = ["20260101", "eu", "service"].reduce((made, part) => ({ hex: crypto.hmac("sha256", made, part) }), key);
    return { headers: { authorization: crypto.hmac("sha256", last, text, "base64") } };
  };`;
const input = { method: "POST", url: "https://api.example.com/things?a=1", body: "x".repeat(1_000), key: "a secret key" };
const sign = (sandbox: Sandbox) => sandbox.run({ source: SIGN, functionName: "sign", input, capabilities: ["crypto"] });

const IN_NODE = `
  const { parentPort, workerData } = require("node:worker_threads");
  const node = require("node:crypto");
  const bytes = (value) => typeof value === "string" ? value : Buffer.from(value.hex, "hex");
  globalThis.crypto.hash = (name, data) => node.createHash(name).update(data).digest("hex");
  globalThis.crypto.hmac = (name, key, data, how = "hex") => node.createHmac(name, bytes(key)).update(data).digest(how);
  parentPort.postMessage((0, eval)(workerData.source + "; sign")(workerData.input));`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const thread = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(IN_NODE, { eval: true, workerData: { source: SIGN, input } });
    worker.once("message", () => void worker.terminate().then(() => resolve()));
    worker.once("error", reject);
  });

const starts: number[] = [];
for (let start = 0; start < STARTS; start++) {
  const sandbox = createSandbox();
  starts.push(await timed(() => sign(sandbox)));
  await sandbox.close();
}

const sandbox = createSandbox({ atOnce: 1 });
const calls: number[] = [];
for (let call = -WARM_UP; call < CALLS; call++) {
  const taken = await timed(() => sign(sandbox));
  if (call >= 0) calls.push(taken);
}
await sandbox.close();

const threads: number[] = [];
for (let call = 0; call < THREADS; call++) threads.push(await timed(thread));

const wallMs = 1_000;
const killing = createSandbox({ limits: { wallMs }, atOnce: 1 });
const deaf = "const go = () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)";
const kills: number[] = [];
const after: number[] = [];
// The first call pays for the process, those after a kill for a thread.
for (let kill = -1; kill < KILLS; kill++) {
  const fresh = await timed(() => sign(killing));
  const killed = await timed(() => killing.run({ source: deaf, functionName: "go", input: null }).catch(() => undefined));
  if (kill < 0) continue;
  after.push(fresh);
  kills.push(killed);
}
await killing.close();

const baseline = { what: "a thread of Node for one call", value: median(threads) };
report([
  { what: "call of signing code, p50", unit: "ms", value: median(calls), baseline },
  { what: "call of signing code, p95", unit: "ms", value: quantile(calls, 0.95), baseline },
  { what: "first call, process and all", unit: "ms", value: median(starts), baseline },
  { what: "first call after a kill", unit: "ms", value: median(after), baseline },
  { what: "end of what nothing interrupts", unit: "ms", value: median(kills), baseline: { what: "its limit", value: wallMs } },
]);
