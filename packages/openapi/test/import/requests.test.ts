// Pins: a parameter or body that is written another way than its document says.
import { describe, expect, test } from "vitest";
import { answers, importPaths, importSwagger, OK } from "./import-paths.ts";

describe("parameters", () => {
  test("keep their names on the wire and get keys that expressions can hold", () => {
    const { operation } = importPaths({
      "/pets/{pet-id}": {
        parameters: [{ name: "pet-id", in: "path", required: true, schema: { type: "string" } }],
        get: {
          operationId: "pets/get-one",
          parameters: [
            { name: "filter[name]", in: "query", schema: { type: "string" } },
            { name: "X-Trace", in: "header", required: true, schema: { type: "string" } },
            { name: "session", in: "cookie", schema: { type: "string" } },
            { name: "in", in: "query", schema: { type: "string" } },
          ],
          responses: OK,
        },
      },
    });
    const { input, request } = operation("petsGetOne");
    expect(Object.keys(input.properties ?? {})).toEqual(["petId", "filterName", "xTrace", "session", "inValue"]);
    expect(input.required).toEqual(["petId", "xTrace"]);
    expect(request).toMatchObject({
      url: "/v1/pets/{petId}",
      path: { petId: { $cel: "input.petId" } },
      query: { "filter[name]": { $cel: "input.?filterName.orValue(null)" }, in: { $cel: "input.?inValue.orValue(null)" } },
      headers: { "X-Trace": { $cel: "input.xTrace" } },
      cookies: { session: { $cel: "input.?session.orValue(null)" } },
    });
  });

  test("of the same name in two places both stay", () => {
    const { operation } = importPaths({
      "/pets/{id}": {
        get: {
          operationId: "getPet",
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "string" } },
            { name: "id", in: "query", schema: { type: "string" } },
          ],
          responses: OK,
        },
      },
    });
    expect(Object.keys(operation("getPet").input.properties ?? {})).toEqual(["id", "idInQuery"]);
  });

  test("are written in their styles where these are not the place's own", () => {
    const parameter = (name: string, where: string, more: object) => ({
      name,
      in: where,
      required: where === "path",
      schema: { type: "array", items: { type: "string" } },
      ...more,
    });
    const { operation } = importPaths({
      "/a/{m}": {
        get: {
          operationId: "a",
          parameters: [
            parameter("m", "path", { style: "matrix", explode: true }),
            parameter("plain", "query", { style: "form", explode: true }),
            parameter("csv", "query", { explode: false }),
            parameter("piped", "query", { style: "pipeDelimited" }),
            parameter("raw", "query", { allowReserved: true }),
            { name: "json", in: "query", content: { "application/json": { schema: { type: "object" } } } },
          ],
          responses: OK,
        },
      },
    });
    expect(operation("a").request?.styles).toEqual({
      path: { m: { style: "matrix", explode: true } },
      query: {
        csv: { explode: false },
        piped: { style: "pipeDelimited" },
        raw: { allowReserved: true },
        json: { contentType: "application/json" },
      },
    });
  });

  test("that belong to the connection are left out; a hole that none declares is text", () => {
    const { operation, warnings } = importPaths({
      "/a/{id}": {
        get: {
          operationId: "a",
          parameters: [
            { name: "Authorization", in: "header", schema: { type: "string" } },
            { name: "Content-Length", in: "header", required: true, schema: { type: "integer" } },
            { name: "other", in: "path", required: true, schema: { type: "string" } },
          ],
          responses: OK,
        },
      },
    });
    expect(operation("a").request?.headers).toBeUndefined();
    expect(operation("a").request?.path).toEqual({ id: { $cel: "input.id" } });
    expect(warnings.map(({ code }) => code)).toEqual(["MISSING_KEY", "UNKNOWN_REFERENCE"]);
  });

  test("a query whose only name starts with a dollar is not taken for a computed value", () => {
    const { operation } = importPaths({
      "/a": {
        get: { operationId: "a", parameters: [{ name: "$top", in: "query", schema: { type: "integer" } }], responses: OK },
      },
    });
    expect(operation("a").request?.query).toEqual({ $cel: '{"$top": input.?top.orValue(null)}' });
  });

  test("what stands in the path as query is constant, what follows # is dropped, {+name} keeps its slashes", () => {
    const { operation } = importPaths({
      "/{+name}?beta=true#list": {
        get: {
          operationId: "a",
          parameters: [{ name: "name", in: "path", required: true, schema: { type: "string" }, "x-multi-segment": true }],
          responses: OK,
        },
      },
    });
    expect(operation("a").request).toMatchObject({
      url: "/v1/{name}",
      query: { beta: "true" },
      styles: { path: { name: { allowReserved: true } } },
    });
  });
});

describe("bodies", () => {
  const posts = (content: object, required = true) =>
    importPaths({ "/a": { post: { operationId: "createA", requestBody: { required, content }, responses: OK } } }).operation(
      "createA",
    );

  test("JSON goes as it is; another media type of JSON is named", () => {
    const plain = posts({ "application/json": { schema: { type: "object" } } });
    expect(plain.request).toMatchObject({ method: "POST", body: { $cel: "input.body" } });
    expect(plain.request).not.toHaveProperty("bodyType");
    expect(posts({ "application/vnd.api+json": { schema: { type: "object" } } }, false).request).toMatchObject({
      body: { $cel: "input.?body.orValue(null)" },
      contentType: "application/vnd.api+json",
    });
  });

  test("a form keeps the styles of its fields", () => {
    const { request } = posts({
      "application/x-www-form-urlencoded": {
        schema: { type: "object", properties: { meta: { type: "object" }, tags: { type: "array", items: { type: "string" } } } },
        encoding: { meta: { style: "deepObject", explode: true }, tags: { style: "form", explode: false } },
      },
    });
    expect(request).toMatchObject({
      bodyType: "form",
      styles: { body: { meta: { style: "deepObject" }, tags: { explode: false } } },
    });
  });

  test("files of a multipart body are files, one, several or either", () => {
    const { input, request } = posts({
      "multipart/form-data": {
        schema: {
          type: "object",
          required: ["one"],
          properties: {
            one: { type: "string", format: "binary", description: "The picture." },
            many: { type: "array", items: { type: "string", format: "binary" } },
            either: {
              anyOf: [
                { type: "string", format: "binary" },
                { type: "array", items: { type: "string", format: "binary" } },
              ],
            },
            name: { type: "string" },
          },
        },
        encoding: { one: { contentType: "image/png, image/jpeg" } },
      },
    });
    const file = { $ref: "#/schemas/FileContent" };
    expect(input.properties?.body).toMatchObject({
      required: ["one"],
      properties: {
        one: { ...file, description: "The picture." },
        many: { type: "array", items: file },
        either: { anyOf: [file, { items: file }] },
        name: { type: "string" },
      },
    });
    expect(request).toMatchObject({
      bodyType: "multipart",
      styles: { body: { one: { file: true, contentType: "image/png" }, many: { file: true }, either: { file: true } } },
    });
  });

  test("form parameters of 2.0 are the fields of a body", () => {
    const { operation } = importSwagger({
      "/a": {
        post: {
          operationId: "upload",
          consumes: ["multipart/form-data"],
          parameters: [
            { name: "file", in: "formData", type: "file", required: true },
            { name: "tags", in: "formData", type: "array", items: { type: "string" }, collectionFormat: "multi" },
          ],
          responses: { 204: { description: "" } },
        },
      },
    });
    const { input, output, request } = operation("upload");
    expect(input).toMatchObject({
      required: ["body"],
      properties: {
        body: { required: ["file"], properties: { file: { $ref: "#/schemas/FileContent" }, tags: { type: "array" } } },
      },
    });
    expect(request).toMatchObject({ bodyType: "multipart", styles: { body: { file: { file: true } } } });
    expect(output).toEqual({ type: "null" });
  });

  test("XML is named by its schema", () => {
    const schema = {
      type: "object",
      xml: { name: "pet", namespace: "urn:pets" },
      properties: {
        id: { type: "integer", xml: { attribute: true } },
        tags: { type: "array", items: { type: "string", xml: { name: "tag" } }, xml: { wrapped: true, name: "tagList" } },
        photos: { type: "array", items: { type: "string", xml: { name: "photo" } } },
      },
    };
    const { input, request } = posts({ "application/xml": { schema } });
    expect(input.properties?.body).toMatchObject({
      properties: {
        "@id": { type: "integer" },
        tagList: { type: "object", properties: { tag: { type: "array" } } },
        photo: { type: "array" },
      },
    });
    expect(request).toMatchObject({ bodyType: "xml", xml: { root: "pet", namespace: "urn:pets" } });
  });

  test("bytes and text are sent as such; GET sends none", () => {
    expect(posts({ "image/png": {} })).toMatchObject({
      input: { properties: { body: { $ref: "#/schemas/FileContent" } } },
      request: { bodyType: "binary", contentType: "image/png" },
    });
    expect(posts({ "text/markdown": {} }).request).toMatchObject({ bodyType: "text", contentType: "text/markdown" });
    const { operation, report } = importPaths({
      "/a": {
        get: {
          operationId: "a",
          requestBody: {
            required: true,
            content: { "application/json": { schema: { type: "object", properties: { q: { type: "string" } } } } },
          },
          responses: OK,
        },
      },
    });
    expect(operation("a").request).not.toHaveProperty("body");
    expect(report.needsCode).toEqual([{ id: "a", reason: "it sends a body with GET" }]);
  });
});

describe("answers", () => {
  const gets = (responses: object) => importPaths({ "/a": { get: { operationId: "a", responses } } }).operation("a");

  test("several schemas are alternatives, 204 is null", () => {
    expect(
      gets({ ...answers({ type: "string" }), ...answers({ type: "integer" }, "201"), 204: { description: "" } }).output,
    ).toEqual({
      anyOf: [{ type: "string" }, { type: "integer" }, { type: "null" }],
    });
  });

  test("bytes, text, events and lines have their decoders, and are asked for", () => {
    const of = (type: string) => gets({ 200: { description: "", content: { [type]: { schema: { type: "object" } } } } });
    expect(of("application/pdf")).toMatchObject({
      output: { type: "string", contentEncoding: "base64" },
      request: { decode: "binary", headers: { accept: "application/pdf" } },
    });
    expect(of("text/plain")).toMatchObject({ output: { type: "string" }, request: { decode: "text" } });
    expect(of("text/event-stream")).toMatchObject({ output: { type: "array" }, request: { decode: "sse" } });
    expect(of("application/x-ndjson")).toMatchObject({
      output: { type: "array", items: { type: "object" } },
      request: { decode: "jsonl" },
    });
    expect(of("text/csv")).toMatchObject({ request: { decode: "csv" } });
    expect(of("application/json").request).not.toHaveProperty("decode");
  });

  test("HEAD answers the headers that the document names", () => {
    const { operation } = importPaths({
      "/a": {
        head: {
          operationId: "a",
          responses: { 200: { description: "", headers: { "X-Size": { description: "Bytes.", schema: {} } } } },
        },
      },
    });
    expect(operation("a").output).toEqual({
      type: "object",
      properties: { "X-Size": { type: ["string", "null"], description: "Bytes." } },
    });
    expect(operation("a").request).toMatchObject({
      decode: "none",
      output: { "X-Size": { $cel: 'response.headers[?"x-size"].orValue(null)' } },
    });
  });

  test("what is said nothing about may be anything", () => {
    expect(gets({ 200: { description: "fine" } }).output.type).toContain("object");
    expect(gets({ default: { description: "" } }).output.type).toContain("null");
  });
});
