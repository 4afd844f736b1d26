// Pins the key by which vendors recognise a repeated request: another encoding would send writes twice.
import { expect, it } from "vitest";
import { outboundKey } from "../../src/index.ts";

const PLACE = ["default", "run-1", "load", "3"];

it("is the base32 of the SHA-256 of the place and of the input's SHA-256", () => {
  // hash=$(printf '{"a":1,"b":[2]}' | sha256sum | cut -c1-64)
  // printf '["default","run-1","load","3","%s"]' $hash | sha256sum | cut -c1-64 | xxd -r -p | base32 | tr -d = | tr A-Z a-z
  expect(outboundKey(PLACE, { a: 1, b: [2] })).toBe("rmragagvywrye7i75ikmafeysucbmk5tnpazyrurg5r6wepxywyq");
});

it("is the same however the input is written, and another one for another input or place", () => {
  const key = outboundKey(PLACE, { a: 1, b: [2] });
  expect(outboundKey(PLACE, { b: [2], a: 1 })).toBe(key);
  const others = [outboundKey(PLACE, { a: 1, b: [3] }), outboundKey(["default", "run-1", "load", "4"], { a: 1, b: [2] })];
  expect(new Set([key, ...others]).size).toBe(3);
  // Parts cannot run into each other.
  expect(outboundKey(["ab", "c"], null)).not.toBe(outboundKey(["a", "bc"], null));
});
