/** Imports and checks the largest document of the corpus in a process of its own, and prints what that took: ms of CPU time, peak memory. */
import { checkContract } from "@mortise/contract/validation";
import { importOpenApi } from "@mortise/openapi";
import { corpusFile, readDocument } from "./corpus.ts";

const text = readDocument(corpusFile("github-rest/api.github.com.json.gz"));
const started = process.cpuUsage();
const { contract, report } = importOpenApi({ text });
const importMs = spent(started);
const document = JSON.stringify(contract, null, 2);
const checked = process.cpuUsage();
checkContract(JSON.parse(document), { text: document });
const checkMs = spent(checked);
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(`${JSON.stringify({ operations: report.operations, importMs, checkMs, peakMb })}\n`);

/** CPU time, so that what else the machine does counts for nothing. */
function spent(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return Math.round((user + system) / 1000);
}
