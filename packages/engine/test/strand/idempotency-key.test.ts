// Pins the key by which vendors and our own intent store recognise a repeated step: another encoding would send writes twice.
import { expect, it } from "vitest";
import { idempotencyKey, stepPath } from "../../src/strand/idempotency-key.ts";

it("is the base32 of the SHA-256 of tenant, run and place", () => {
  // printf 'default|run-1|load[3]/upsert' | sha256sum | cut -c1-64 | xxd -r -p | base32 | tr -d = | tr A-Z a-z
  expect(idempotencyKey("default", "run-1", "load[3]/upsert")).toBe("cpaasg47hvbz3ksrg23xjssc3fo2vzbjsh2pm5fxgnc2wg5geoma");
});

it("names the place of a step inside its strand", () => {
  expect([stepPath("", "a"), stepPath("f/x", "a")]).toEqual(["a", "f/x/a"]);
});
