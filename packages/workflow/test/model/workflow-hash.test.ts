// Pins: two names for one workflow, so that a running run cannot find its document, or one name for two.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type Workflow, workflowHash } from "../../src/index.ts";
import { workflowOf } from "../support/world.ts";

const base = workflowOf({ a: { use: "core/map", with: { value: { b: 1, a: [1, "ä"] } } } });

test("the order of keys and the layout change nothing, everything else does", async () => {
  const hash = await workflowHash(base);
  const { nodes, ...rest } = base;
  expect(await workflowHash({ nodes, ...rest } as Workflow)).toBe(hash);
  expect(await workflowHash({ ...base, layout: { a: [1, 2] } })).toBe(hash);
  expect(await workflowHash({ ...base, name: "Other" })).not.toBe(hash);
});

test("keys that look like integers are ordered as text, so that every implementation of the standard agrees", async () => {
  const { nodes: _, ...rest } = base;
  const canonical = `{"format":"mortise.workflow/1","name":"Test","nodes":{"a":{"use":"core/map","with":{"value":{"10":2,"2":1,"b":3}}}},"trigger":{"use":"manual"}}`;
  const value = { b: 3, 2: 1, 10: 2 };
  const workflow = { ...rest, nodes: { a: { use: "core/map", with: { value } } } } as Workflow;
  expect(await workflowHash(workflow)).toBe(createHash("sha256").update(canonical).digest("hex"));
});

test("it is the SHA-256 of the canonical JSON (RFC 8785)", async () => {
  const canonical =
    '{"format":"mortise.workflow/1","name":"Test","nodes":{"a":{"use":"core/map","with":{"value":{"a":[1,"ä"],"b":1}}}},"trigger":{"use":"manual"}}';
  expect(await workflowHash(base)).toBe(createHash("sha256").update(canonical).digest("hex"));
});
