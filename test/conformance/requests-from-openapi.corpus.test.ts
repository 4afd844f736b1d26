// Pins: a request that an imported connector sends and that the document's own rules refuse, as validators that others wrote see it.
// Of documents with more than 250 operations every third is sent here; MORTISE_CORPUS_FULL=1 sends all (about two minutes more).
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Secret } from "@mortise/auth";
import type { Contract, Json, Operation } from "@mortise/contract";
import { type BrokenSample, brokenSampleOf, sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { importOpenApi } from "@mortise/openapi";
import { createRuntime } from "@mortise/runtime";
import { afterAll, describe, expect, test } from "vitest";
import { basePaths } from "./base-paths.ts";
import { connectionFor } from "./connection-for.ts";
import { corpusFile, readDocument } from "./corpus.ts";
import { openExpressJudge } from "./express-judge.ts";
import type { Judge } from "./judge.ts";
import { openPrismJudge } from "./prism-judge.ts";

/** Each document with the judge that can read it. */
const DOCUMENTS: readonly (readonly [name: string, file: string, judge: "prism" | "express"])[] = [
  ["stripe", "stripe/stripe.com.json", "express"],
  ["github-rest", "github-rest/api.github.com.json.gz", "prism"],
  ["slack-web", "slack-web-2.0/slack_web_openapi_v2_without_examples.json", "prism"],
  ["twilio", "twilio-v2010/twilio_api_v2010.json", "prism"],
  ["docker-engine", "docker-engine-2.0/swagger.yaml", "prism"],
  ["box", "box/openapi.json", "prism"],
  ["google-drive", "google-drive/drive.json", "prism"],
  ["jira-cloud", "jira-cloud/jira.json", "prism"],
  ["klaviyo", "klaviyo-profiles/profiles.json", "prism"],
  ["netlify", "netlify-2.0/swagger.yml", "prism"],
  ["paypal", "paypal-subscriptions/billing_subscriptions_v1.json", "prism"],
  ["qdrant", "qdrant/openapi.json", "prism"],
  ["museum", "museum-3.1/openapi.yaml", "prism"],
  ["quality-on-demand", "camara-qod-multifile/code/API_definitions/quality-on-demand.yaml", "prism"],
  ["planner", "pp-planner-2.0/apiDefinition.swagger.json", "prism"],
  ["oneflow", "pp-oneflow-2.0/apiDefinition.swagger.json", "prism"],
];

interface Row {
  readonly document: string;
  readonly operations: number;
  readonly sent: number;
  readonly valid: number;
  readonly refused: number;
  readonly broken: number;
}

// biome-ignore lint/suspicious/noUndeclaredEnvVars: a knob of this test, not of a task of turbo.
const IS_FULL = process.env.MORTISE_CORPUS_FULL === "1";
const MOST_SENT = 250;
const rows: Row[] = [];

afterAll(() => {
  if (rows.length > 0) console.log(table(rows));
});

describe("requests of imported connectors", () => {
  test.each(DOCUMENTS)(
    "%s: at least 97 of 100 are valid by the judge's own rules, and a broken input never reaches it",
    async (name, path, kind) => {
      const file = corpusFile(path);
      const { contract } = importOpenApi({
        text: readDocument(file),
        file,
        readFile: (other) => readFileSync(resolve(dirname(file), other), "utf8"),
      });
      if (contract === undefined) throw new Error(`${name} did not import.`);
      const judge =
        kind === "express"
          ? await openExpressJudge(JSON.parse(readDocument(file)) as object)
          : await openPrismJudge(file, basePaths(readDocument(file)));
      try {
        const row = await examine(name, contract, judge);
        rows.push(row);
        expect(row.sent).toBeGreaterThan(0);
        expect(row.valid / row.sent, complaints.slice(-40).join("\n")).toBeGreaterThanOrEqual(0.97);
        expect(row.refused).toBe(row.broken);
      } finally {
        await judge.close();
      }
    },
    600_000,
  );
});

async function examine(document: string, contract: Contract, judge: Judge): Promise<Row> {
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    unsafeOrigins: { "*": judge.origin },
    tokenSource: { token: async () => ({ token: new Secret("token-of-nobody"), generation: 1 }), refused: () => false },
  });
  const all = Object.entries(contract.operations);
  const operations = IS_FULL || all.length <= MOST_SENT ? all : all.filter((_, index) => index % 3 === 0);
  let sent = 0;
  let valid = 0;
  let broken = 0;
  let refused = 0;
  try {
    for (const [name, operation] of operations) {
      const use = `${contract.name}/${name}`;
      const connection = connectionFor(contract, operation);
      const input = sampleInput(contract, operation, name);
      if (input === undefined) continue;
      judge.verdicts.length = 0;
      const result = await runtime.call(use, { input, connection, deadlineMs: Date.now() + 15_000 });
      const [first] = judge.verdicts;
      sent += 1;
      if (first?.valid) valid += 1;
      else
        complaints.push(
          `${document} ${use}: ${first ? `${first.method} ${first.target}: ${first.complaint}` : `not sent: ${JSON.stringify(result).slice(0, 300)}`}`,
        );
      const wrong = brokenInput(contract, operation, name);
      if (wrong === undefined) continue;
      broken += 1;
      judge.verdicts.length = 0;
      const after = await runtime.call(use, { input: wrong.value, connection });
      if (after.outcome === "poison" && after.error.code === "INVALID_INPUT" && judge.verdicts.length === 0) refused += 1;
      else complaints.push(`${document} ${use}: ${wrong.what} at ${wrong.path} was not refused`);
    }
  } finally {
    await runtime.close();
  }
  return { document, operations: operations.length, sent, valid, broken, refused };
}

const complaints: string[] = [];

const definitions = ({ schemas }: Contract) => (schemas === undefined ? {} : { definitions: schemas });

function sampleInput(contract: Contract, { input }: Operation, seed: string): Json | undefined {
  return sampleOf(input, { seed, ...definitions(contract) });
}

/** An input that breaks the schema in a place that no default mends. */
function brokenInput(contract: Contract, { input }: Operation, name: string): BrokenSample | undefined {
  const { schemas } = contract;
  const validate = compileSchema(input, { useDefaults: true, ...(schemas === undefined ? {} : { schemas }) });
  for (const seed of [name, `${name} 2`, `${name} 3`]) {
    const wrong = brokenSampleOf(input, { seed, ...definitions(contract) });
    if (wrong !== undefined && !validate(wrong.value).ok) return wrong;
  }
  return undefined;
}

/** The report of all documents, for people. */
function table(all: readonly Row[]): string {
  const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
  const lines = all.map(({ document, operations, sent, valid, broken, refused }) =>
    [document.padEnd(18), operations, sent, valid, percent(valid, sent), `${refused}/${broken}`].join(" | "),
  );
  return ["document | operations | sent | valid | share | broken inputs refused", ...lines].join("\n");
}
