// Pins: a signature that AWS refuses. The vectors are AWS's own: its published test suite, as its JavaScript library ships it, and the examples
// of "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)" in the API reference of Amazon S3.
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { awsAuthorization } from "../../../../../test/world/aws-judge.ts";
import { type AwsKeys, signV4, type V4Request } from "../../../src/scheme/aws/sign-v4.ts";

interface Vector {
  readonly name: string;
  readonly authorization: string;
  readonly request: {
    readonly method: string;
    readonly hostname: string;
    readonly path: string;
    readonly query: { readonly [name: string]: string | readonly string[] };
    readonly headers: { readonly [name: string]: string };
    readonly body?: string;
  };
}

/** The library's own test data; it has no types. */
const SUITE: string = "@smithy/signature-v4/dist-es/suite.fixture.js";
const suite = (await import(SUITE)) as {
  readonly region: string;
  readonly service: string;
  readonly credentials: AwsKeys;
  readonly signingDate: Date;
  readonly requests: readonly Vector[];
};

describe("AWS's test suite", () => {
  test("is there", () => expect(suite.requests).toHaveLength(24));

  test.each(suite.requests)("$name is signed as AWS signs it", ({ request, authorization }) => {
    const { host: _, "x-amz-date": __, ...headers } = request.headers;
    const url = new URL(`https://${request.hostname}${request.path}`);
    const query = Object.entries(request.query).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
    url.search = new URLSearchParams(query as string[][]).toString();
    const { region, service, credentials, signingDate } = suite;
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const parts = { method: request.method, url, headers: lower, service, region, nowMs: signingDate.getTime() };
    // The suite writes paths as they are before a client encodes them.
    const signed = signV4({ ...parts, body: request.body ?? "", doubleEncode: false }, credentials);
    expect(signed.headers.authorization).toBe(authorization);
  });
});

describe("the examples of Amazon S3", () => {
  const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
  const examples: readonly {
    readonly name: string;
    readonly method?: string;
    readonly target: string;
    readonly headers?: { readonly [name: string]: string };
    readonly body?: string;
    readonly signature: string;
  }[] = [
    {
      name: "GET Object",
      target: "/test.txt",
      headers: { range: "bytes=0-9" },
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    },
    {
      name: "PUT Object",
      method: "PUT",
      target: "/test$file.text",
      headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
      body: "Welcome to Amazon S3.",
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    },
    {
      name: "GET Bucket Lifecycle",
      target: "/?lifecycle",
      signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    },
    {
      name: "Get Bucket (List Objects)",
      target: "/?max-keys=2&prefix=J",
      signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    },
  ];

  test.each(examples)("$name is signed as AWS signs it", ({ method = "GET", target, headers = {}, body, signature }) => {
    const url = new URL(`https://examplebucket.s3.amazonaws.com${target}`);
    const nowMs = Date.UTC(2013, 4, 24);
    const signed = signV4({ method, url, headers, body, service: "s3", region: "us-east-1", nowMs }, keys);
    expect(signed.signature).toBe(signature);
    expect(signed.headers["x-amz-content-sha256"]).toBe(
      createHash("sha256")
        .update(body ?? "")
        .digest("hex"),
    );
  });

  test("a payload is left out of the signature in TLS alone", () => {
    const parts = { method: "PUT", headers: {}, body: "x", service: "s3", region: "us-east-1", nowMs: 0, unsignedPayload: true };
    const hashOf = (address: string) => signV4({ ...parts, url: new URL(address) }, keys).headers["x-amz-content-sha256"];
    expect(hashOf("https://b.example/k")).toBe("UNSIGNED-PAYLOAD");
    expect(hashOf("http://b.example/k")).toBe(createHash("sha256").update("x").digest("hex"));
  });
});

test("what is sent is encoded as it was signed", () => {
  const url = new URL("https://b.s3.amazonaws.com/it's (1)/a+b%2fc?list-type=2&marker=a+b&raw=%zz&uploads");
  const parts = { method: "GET", url, headers: {}, service: "s3", region: "eu-central-1", nowMs: 0 };
  const { url: sent } = signV4(parts, { accessKeyId: "a", secretAccessKey: "b" });
  expect(sent.pathname).toBe("/it%27s%20%281%29/a%2Bb/c");
  expect(sent.search).toBe("?list-type=2&marker=a%20b&raw=%25zz&uploads");
});

test("whatever a request holds, AWS's own library signs it the same", async () => {
  const text = fc.string({ unit: fc.constantFrom(..."aB9-_.~ !'()*+,;=:@/?&%$#ü漢"), maxLength: 8 });
  const request = fc.record({
    method: fc.constantFrom("GET", "PUT", "POST", "DELETE"),
    path: fc.array(text, { minLength: 1, maxLength: 3 }),
    query: fc.dictionary(
      text.filter((name) => name !== ""),
      text,
      { maxKeys: 4 },
    ),
    header: fc.string({ unit: fc.constantFrom(..."ab  ,;="), maxLength: 10 }),
    body: text,
    service: fc.constantFrom("s3", "execute-api"),
    token: fc.option(fc.constant("FwoGZXIvYXdzEXAMPLE"), { nil: undefined }),
    nowMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ path, query, header, token, ...parts }) => {
      const url = new URL("https://host.example/");
      url.pathname = `/${path
        .filter((each) => !/^\.*$/.test(each))
        .map(encodeURIComponent)
        .join("/")}`;
      url.search = Object.entries(query)
        .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
        .join("&");
      const keys: AwsKeys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI", sessionToken: token };
      const ours = signV4({ ...parts, url, headers: { "x-custom": header }, region: "eu-west-1" } satisfies V4Request, keys);
      expect(ours.headers.authorization).toBe(await outside({ ...parts, url: ours.url, headers: { "x-custom": header } }, keys));
    }),
    { numRuns: 300 },
  );
});

/** The signature that AWS's own library makes. */
const outside = (
  { method, url, headers, body, service, nowMs }: Omit<V4Request, "region"> & { readonly body: string },
  credentials: AwsKeys,
) =>
  awsAuthorization(
    { method, url, headers: { host: url.host, ...headers }, body },
    { credentials, region: "eu-west-1", service },
    new Date(nowMs),
  );
