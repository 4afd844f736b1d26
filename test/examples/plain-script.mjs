/**
 * A plain script: `node plain-script.mjs https://api.example.com`. Reads one thing from any HTTP service, with deadline, retries and limits,
 * and prints it. No server, no database, no build.
 */
import http from "@mortise/connector-http";
import { createRuntime } from "@mortise/runtime";

const [baseUrl = "https://api.example.com"] = process.argv.slice(2);
const runtime = createRuntime({
  connectors: [http],
  // Public addresses over https need no permission; anything else does.
  egress: { allow: [new URL(baseUrl).origin] },
});
const result = await runtime.call("http/get", {
  connection: { name: "airports", connector: "http", settings: { baseUrl, ratePerSecond: 10 } },
  input: { url: "/airports/SFO" },
});
if (result.outcome === "success") console.log(JSON.stringify(result.output.body));
else console.error(`${result.error.code}: ${result.error.message} ${result.error.remedy ?? ""}`);
await runtime.close();
process.exitCode = result.outcome === "success" ? 0 : 1;
