// Pins: an imported S3 connector whose calls Amazon S3 would refuse: another signature than AWS's library computes, no digest of a body that needs
// one, a key that is written another way than it is signed, elements that S3 does not know.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "@mortise/contract";
import { importOpenApi } from "@mortise/openapi";
import { createRuntime } from "@mortise/runtime";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Answer, openVendor, type Seen } from "../vocabulary/vendor.ts";
import { awsAuthorizationOf } from "../world/aws-judge.ts";
import { corpusFolder } from "./corpus.ts";

const credential = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

/** A store of objects that checks what S3 checks first: signature, payload digest, Content-MD5. */
async function store() {
  const objects = new Map<string, Buffer>();
  const refuse = (code: string): Answer => ({
    status: 403,
    body: `<Error><Code>${code}</Code></Error>`,
    headers: { "content-type": "text/xml" },
  });
  return openVendor(async (request): Promise<Answer> => {
    const { method, path, query, headers, body } = request;
    if ((await signatureOf(request)) !== headers.authorization) return refuse("SignatureDoesNotMatch");
    const digest = (name: string) => createHash(name).update(body);
    if (headers["x-amz-content-sha256"] !== digest("sha256").digest("hex")) return refuse("XAmzContentSHA256Mismatch");
    if (body.length > 0 && headers["content-md5"] !== digest("md5").digest("base64")) return refuse("InvalidDigest");
    const xml = (text: string): Answer => ({
      body: `<?xml version="1.0"?>\n${text}`,
      headers: { "content-type": "application/xml" },
    });
    const key = decodeURIComponent(path);
    if (query.has("delete")) {
      const keys = [...body.toString().matchAll(/<Object><Key>([^<]*)<\/Key><\/Object>/g)].map(([, each]) => each ?? "");
      for (const each of keys) objects.delete(`${key}/${each}`);
      return xml(`<DeleteResult>${keys.map((each) => `<Deleted><Key>${each}</Key></Deleted>`).join("")}</DeleteResult>`);
    }
    if (query.has("tagging"))
      return body.toString().includes("<Tagging><TagSet><Tag><Key>team</Key><Value>a</Value></Tag></TagSet></Tagging>")
        ? {}
        : refuse("MalformedXML");
    if (query.get("list-type") === "2") {
      const keys = [...objects.keys()]
        .map((each) => each.slice(key.length + 1))
        .filter((each) => each.startsWith(query.get("prefix") ?? ""));
      return xml(
        `<ListBucketResult><Name>b</Name>${keys.map((each) => `<Contents><Key>${each}</Key></Contents>`).join("")}</ListBucketResult>`,
      );
    }
    if (method === "PUT") objects.set(key, body);
    const found = objects.get(key);
    return found === undefined
      ? { status: 404 }
      : { body: method === "GET" ? found : "", headers: { "content-type": "application/octet-stream" } };
  });
}

const signatureOf = (seen: Seen) => awsAuthorizationOf(seen, { credentials: credential, region: "eu-central-1", service: "s3" });

describe("Amazon S3 as its document says it", () => {
  test("objects are put, listed, read, tagged and deleted with calls that are signed as AWS signs them", async () => {
    const vendor = await store();
    onTestFinished(vendor.close);
    const text = readFileSync(join(corpusFolder, "aws-s3", "s3.json"), "utf8");
    const { contract, report } = importOpenApi({ text, file: "s3.json" }, { name: "s3", address: "setting" });
    if (contract === undefined) throw new Error("nothing was imported");
    expect(report).toMatchObject({ operations: 97, declarative: 95 });
    const settings = { baseUrl: vendor.origin, region: "eu-central-1" };
    const connection = { name: "main", connector: "s3", credential, settings };
    const runtime = createRuntime({ connectors: [{ contract, natives: {} }], egress: { allow: [vendor.origin] } });
    onTestFinished(() => runtime.close());
    const call = (operation: string, input: Json) => runtime.call(`s3/${operation}`, { connection, input });
    const Key = "a folder/it's (1) + ü.bin";
    const base64 = Buffer.from([0, 1, 254, 255]).toString("base64");
    expect(await call("putObject", { Bucket: "b", Key, body: base64 })).toMatchObject({ outcome: "success" });
    expect(vendor.seen[0]?.target).toBe("/b/a%20folder/it%27s%20%281%29%20%2B%20%C3%BC.bin");
    expect(await call("getObject", { Bucket: "b", Key })).toMatchObject({ outcome: "success", output: base64 });
    const tagging = { TagSet: { Tag: [{ Key: "team", Value: "a" }] } };
    expect(await call("putObjectTagging", { Bucket: "b", Key, tagging: true, body: tagging })).toMatchObject({
      outcome: "success",
    });
    const listed = await call("listObjectsV2", { Bucket: "b", listType: "2", prefix: "a folder/" });
    expect(listed).toMatchObject({ outcome: "success", output: { Contents: [{ Key }] } });
    const deleted = await call("deleteObjects", { Bucket: "b", delete: true, body: { Object: [{ Key }] } });
    expect(deleted).toMatchObject({ outcome: "success", output: { Deleted: [{ Key }] } });
    expect(await call("getObject", { Bucket: "b", Key })).toMatchObject({ outcome: "poison", error: { status: 404 } });
  }, 60_000);
});
