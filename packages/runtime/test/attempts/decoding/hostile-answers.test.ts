// Pins: an answer made to break its reader: it ends the process, hangs it, or comes out as an error nobody can act on.
import { gzipSync } from "node:zlib";
import { type HttpRequest, isMortiseError } from "@mortise/contract";
import fc from "fast-check";
import { expect, it } from "vitest";
import { compileDecoder } from "../../../src/attempts/decoding/decode-answer.ts";
import { zipFile } from "./zip-file.ts";

const SCHEMA = { type: "array", items: { type: "object", properties: { a: { type: "number" } } } } as const;
const DECODERS: readonly NonNullable<HttpRequest["decode"]>[] = [
  "json",
  "jsonl",
  "csv",
  "xml",
  "sse",
  ["gzip", "csv"],
  ["zip", "xml"],
  [{ zip: { entries: "**" } }, "gzip", "jsonl"],
];
const SAMPLES = [
  zipFile([
    { name: "a.xml", content: "<a><b>1</b></a>" },
    { name: "b.csv", content: "a,b\n1,2" },
  ]),
  gzipSync('a,b\n1,"2"\n'),
  Buffer.from('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a b="1">&amp;<![CDATA[x]]></a>'),
  Buffer.from('a,"b\n""1",2\n'),
  Buffer.from("event: x\ndata: 1\nid: 2\n\n"),
];

it("whatever bytes come, they are read, or refused as an invalid or too large output", async () => {
  const mutated = fc
    .tuple(fc.constantFrom(...SAMPLES), fc.array(fc.tuple(fc.nat(500), fc.nat(255)), { maxLength: 8 }), fc.nat(500))
    .map(([sample, changes, length]) => {
      const bytes = Buffer.from(sample);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      return length < bytes.length && length % 3 === 0 ? bytes.subarray(0, length) : bytes;
    });
  const bytes = fc.oneof(
    mutated,
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...DECODERS), bytes, async (decode, body) => {
      try {
        const value = await compileDecoder(decode, SCHEMA)({ status: 200, body, contentType: undefined });
        expect(JSON.parse(JSON.stringify(value))).toEqual(value);
      } catch (error) {
        if (!isMortiseError(error)) throw error;
        expect(["INVALID_OUTPUT", "LIMIT_EXCEEDED"]).toContain(error.code);
      }
    }),
    { numRuns: 500, seed: 20_261_121 },
  );
});
