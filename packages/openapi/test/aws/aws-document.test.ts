// Pins: calls of an AWS service that it refuses: signed for another service or region, XML around what is a file, elements of lists misnamed.
import { checkContract } from "@mortise/contract/validation";
import { expect, test } from "vitest";
import { exportOpenApi, type ImportOptions, importOpenApi } from "../../src/index.ts";

const text = { type: "string" };
const xml = (schema: object) => ({ content: { "text/xml": { schema } } });
const answers = (schema: object) => ({ 200: { description: "Success", ...xml(schema) } });

function imported(
  { authType = "awsS3", servers = ["https://s3.{region}.amazonaws.com"], info = {} } = {},
  options: ImportOptions = {},
) {
  const put = (operationId: string, schema: object, output: object = {}) => ({
    operationId,
    requestBody: { required: true, ...xml(schema) },
    responses: answers(output),
  });
  const metadata = { "x-amz-meta-": { type: "object", additionalProperties: text } };
  const document = {
    openapi: "3.0.0",
    info: { title: "Storage", version: "2006-03-01", "x-serviceName": "storage", ...info },
    servers: servers.map((url) => ({ url, ...(url.includes("{") ? { variables: { region: { default: "eu-west-1" } } } : {}) })),
    security: [{ hmac: [] }],
    paths: {
      "/object": {
        parameters: [{ name: "X-Amz-Security-Token", in: "header", schema: text }],
        get: {
          operationId: "getObject",
          responses: answers({ type: "object", properties: { Body: { allOf: [text, {}] }, Metadata: metadata } }),
        },
        put: put("putObject", { type: "object", properties: { Body: text, ...metadata } }),
      },
      "/copy": { put: put("copyObject", { type: "object", properties: metadata }) },
      "/policy": {
        get: { operationId: "getPolicy", responses: answers({ type: "object", properties: { Policy: text } }) },
        put: put("putPolicy", { type: "object", required: ["Policy"], properties: { Policy: text } }),
      },
      "/rules": { put: put("putRules", { type: "object", properties: { Rules: { $ref: "#/components/schemas/Rules" } } }) },
      "/select": {
        post: put(
          "select",
          { type: "object", properties: { A: text, B: text } },
          {
            type: "object",
            properties: { Payload: { allOf: [{ $ref: "#/components/schemas/EventStream" }, {}] } },
          },
        ),
      },
    },
    components: {
      securitySchemes: {
        hmac: { type: "apiKey", in: "header", name: "Authorization", "x-amazon-apigateway-authtype": authType },
      },
      schemas: {
        EventStream: { type: "object", properties: { Records: text } },
        Flat: { type: "array", items: text, xml: { wrapped: false } },
        Tags: { type: "array", items: { allOf: [{ type: "object", properties: { Key: text } }, { xml: { name: "Tag" } }] } },
        Rules: {
          type: "object",
          properties: {
            Methods: { allOf: [{ $ref: "#/components/schemas/Flat" }, { xml: { name: "Method" } }] },
            TagSet: { $ref: "#/components/schemas/Tags" },
            Grants: { allOf: [{ $ref: "#/components/schemas/Tags" }, { xml: { name: "GrantList" } }] },
          },
        },
      },
    },
  };
  const made = importOpenApi({ text: JSON.stringify(document), file: "sample.json" }, options);
  if (made.contract === undefined) throw new Error("nothing was imported");
  expect(checkContract(made.contract).filter(({ severity }) => severity === "error")).toEqual([]);
  return { ...made, contract: made.contract };
}

test("requests are signed for the service of the description and the region that a connection chooses", () => {
  expect(imported().contract.auth).toMatchObject({ hmac: { kind: "awsSigV4", service: "s3", region: "{settings.region}" } });
  const other = imported({ authType: "awsSigv4", servers: ["https://storage.eu-central-1.amazonaws.com"] }).contract;
  expect(other.auth).toMatchObject({ hmac: { service: "storage", region: "eu-central-1" } });
  expect(imported({ servers: ["https://s3.amazonaws.com"] }).contract.auth).toMatchObject({ hmac: { region: "us-east-1" } });
});

test("where a connection sets the address, it sets the region too", () => {
  const { contract } = imported({}, { address: "setting" });
  expect(contract.auth).toMatchObject({ hmac: { region: "{settings.region}" } });
  expect(contract.settings?.properties).toMatchObject({ region: { type: "string", default: "us-east-1" } });
});

test("what belongs to the signature is for no operation to set", () => {
  expect(Object.keys(imported().contract.operations.putObject?.input.properties ?? {})).toEqual(["body"]);
});

test("a member that is the payload is the payload, and headers are no body", () => {
  const { putObject, getObject, copyObject, putPolicy, getPolicy } = imported().contract.operations;
  expect(putObject?.request).toMatchObject({ bodyType: "binary" });
  expect(getObject?.request).toMatchObject({ decode: "binary" });
  expect(copyObject?.request?.body).toBeUndefined();
  expect(putPolicy?.request).not.toHaveProperty("xml");
  expect(putPolicy?.request?.bodyType ?? "json").toBe("json");
  expect(getPolicy?.request?.decode ?? "auto").toBe("auto");
});

test("lists are wrapped unless they say that they are not, and then have the name of their elements", () => {
  const { contract } = imported();
  const body = JSON.stringify([contract.operations.putRules?.input, contract.schemas]);
  expect(contract.operations.putRules?.request?.xml).toEqual({ root: "Rules" });
  for (const name of ["Method", "TagSet", "Tag", "GrantList"]) expect(body).toContain(`"${name}":{`);
  for (const name of ["Methods", "Grants"]) expect(body).not.toContain(`"${name}":{`);
});

test("an answer that is a stream of events needs code, and the report says so", () => {
  const { report } = imported();
  expect(report.needsCode).toEqual([{ id: "select", reason: "it answers with a stream of AWS events" }]);
});

test("it is exported as it came", () => {
  const { document } = exportOpenApi(imported().contract);
  expect(JSON.stringify(document)).toContain('"x-amazon-apigateway-authtype":"awsS3"');
});
