// Pins: a contract of a real API that exports as a document which an outside validator refuses, or loses operations on the way.
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { exportOpenApi, importOpenApi } from "@mortise/openapi";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { corpusFile, readDocument } from "./corpus.ts";

const DOCUMENTS = [
  "stripe/stripe.com.json",
  "github-rest/api.github.com.json.gz",
  "slack-web-2.0/slack_web_openapi_v2_without_examples.json",
  "twilio-v2010/twilio_api_v2010.json",
  "docker-engine-2.0/swagger.yaml",
  "discord-3.1/openapi.json",
  "openai-3.1/openapi.yaml",
  "camara-qod-multifile/code/API_definitions/quality-on-demand.yaml",
  "box/openapi.json",
  "google-drive/drive.json",
  "aws-s3/s3.json",
  "jira-cloud/jira.json",
  "klaviyo-profiles/profiles.json",
  "netlify-2.0/swagger.yml",
  "paypal-subscriptions/billing_subscriptions_v1.json",
  "qdrant/openapi.json",
  "museum-3.1/openapi.yaml",
  "oas-feature-examples/3.1/json/parameters-style.json",
  "pp-planner-2.0/apiDefinition.swagger.json",
  "pp-oneflow-2.0/apiDefinition.swagger.json",
];

describe("contracts of real APIs as OpenAPI 3.1", () => {
  test.each(DOCUMENTS)("%s: an outside validator accepts it, what is left out is said, and it imports again", async (path) => {
    const file = corpusFile(path);
    const { contract } = importOpenApi({
      text: readDocument(file),
      file,
      readFile: (other) => {
        const found = resolve(dirname(file), other);
        return existsSync(found) ? readFileSync(found, "utf8") : undefined;
      },
    });
    if (contract === undefined) throw new Error(`${path} did not import.`);
    const { document, diagnostics } = exportOpenApi(contract);
    const text = JSON.stringify(document);
    // The validator takes a property that is called $id, as Box has one, for the id of a schema.
    const { valid, errors } = await new Validator().validate(JSON.parse(text.replaceAll('"$id":{', '"id":{')));
    expect(valid, JSON.stringify(errors ?? "").slice(0, 1_000)).toBe(true);
    const written = [...text.matchAll(/"operationId":/g)].length;
    const leftOut = diagnostics.filter(({ path: at, severity }) => at.startsWith("/operations/") && severity !== "info").length;
    expect(written + leftOut).toBe(Object.keys(contract.operations).length);
    const again = importOpenApi({ text, file: "exported.json" }).contract;
    expect(Object.keys(again?.operations ?? {}).sort()).toEqual(Object.keys(contract.operations).sort());
  });
});
