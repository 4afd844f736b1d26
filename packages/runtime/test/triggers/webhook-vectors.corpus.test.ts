// Pins: a scheme that turns away what its own vendor published as right, or takes what was changed. The vectors lie beside the checkout.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SIGNATURE_SCHEMES } from "@mortise/workflow";
import { expect, test } from "vitest";
import { verifyDelivery } from "../../src/index.ts";

interface Vector {
  readonly id: string;
  readonly scheme: string;
  readonly secret: string;
  /** Epoch seconds. */
  readonly now?: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly expect: "accept" | "reject";
}

const file = join(import.meta.dirname, "../../../../../shared/corpora/webhooks/vectors.json");
const vectors = JSON.parse(readFileSync(file, "utf8")) as readonly Vector[];
const schemeOf = ({ scheme }: Vector) =>
  scheme.startsWith("GitHub") ? SIGNATURE_SCHEMES.github : SIGNATURE_SCHEMES["standard-webhooks"];

test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
  const nowMs = (vector.now ?? 0) * 1_000;
  const { headers, body, secret } = vector;
  const proof = verifyDelivery(schemeOf(vector), { headers, rawBody: body, nowMs, secret });
  expect(proof.refused === undefined ? "accept" : "reject", proof.refused).toBe(vector.expect);
});

test("the vectors hold both what is right and what is not", () => {
  expect(new Set(vectors.map((vector) => vector.expect))).toEqual(new Set(["accept", "reject"]));
  console.log(`${vectors.length} published vectors of webhooks`);
});
