// Pins: personal data that reaches a place that the policy keeps it from and of which nothing is said, a way that is not the one it takes,
// and a workflow that is refused though the data never gets there.
import { expect, test } from "vitest";
import { exampleConnector, exampleWorkflow } from "../../../src/checks/index.ts";
import { checkWorkflow, type DataPolicy } from "../../../src/index.ts";

const POLICY: DataPolicy = { rules: [{ name: "no chats", classes: ["personal"], connectors: ["chat"], effect: "deny" }] };
const find = { use: "crm@1/findContact", connection: "crm", with: { id: "c1" } };
const list = { use: "crm@1/listContacts", connection: "crm" };
const post = (text: unknown, more: object = {}) => ({ use: "chat@1/post", connection: "chat", with: { text }, ...more });
const map = (value: unknown, after: readonly string[]) => ({ use: "core/map", after, with: { value } });
const loop = (nodes: object, more: object = {}) => ({
  use: "core/for-each",
  after: ["list"],
  with: { items: { $cel: "steps.list.output.contacts" }, nodes, ...more },
});

function told(nodes: { readonly [name: string]: object }, policy = POLICY, output?: unknown): readonly string[] {
  const { diagnostics } = checkWorkflow(exampleWorkflow({ nodes, output }), exampleConnector, { policy });
  expect(diagnostics.filter(({ code, severity }) => severity === "error" && code !== "DATA_NOT_ALLOWED")).toEqual([]);
  return diagnostics.filter(({ code }) => code === "DATA_NOT_ALLOWED").map(({ path, message }) => `${path} ${message}`);
}

const EMAIL = "steps.find.output.email";

test("the way of the data is told from its field to the field where it arrives", () => {
  const nodes = { find, shape: map({ to: { $cel: EMAIL }, city: { $cel: "steps.find.output.city" } }, ["find"]) };
  const [found, ...more] = told({ ...nodes, post: post({ $cel: "steps.shape.output.to" }, { after: ["shape"] }) });
  expect(more).toEqual([]);
  expect(found).toBe(
    '/nodes/post/with Personal data goes to chat, which "no chats" does not allow: steps.find.output.email → shape.value.to → steps.shape.output.to → post.with.text.',
  );
});

test.each([
  ["copied", { find, post: post({ $cel: EMAIL }, { after: ["find"] }) }],
  ["in a text", { find, post: post({ $text: `To \${${EMAIL}}` }, { after: ["find"] }) }],
  ["computed", { find, post: post({ $cel: `${EMAIL} + '!'` }, { after: ["find"] }) }],
  [
    "in a whole record",
    {
      find,
      all: map({ $cel: "steps.find.output" }, ["find"]),
      post: post({ $cel: "steps.all.output.email" }, { after: ["all"] }),
    },
  ],
  ["in a loop", { list, each: loop({ post: post({ $cel: "item.email" }) }) }],
  [
    "collected",
    {
      list,
      each: loop({}, { collect: { $cel: "item.email" } }),
      post: post({ $cel: "string(steps.each.output.results[0])" }, { after: ["each"] }),
    },
  ],
  [
    "renamed by a pipeline",
    {
      list,
      each: loop({
        keep: map(
          {
            $map: [{ from: [{ $cel: "item" }] }, { set: { fields: { e: { $cel: "row.email" } } } }, { pick: { fields: ["e"] } }],
          },
          [],
        ),
        post: post({ $cel: "string(steps.keep.output[0].e)" }, { after: ["keep"] }),
      }),
    },
  ],
] as const)("personal data that is %s is found", (_, nodes) => {
  expect(told(nodes)).toHaveLength(1);
});

test.each([
  ["another field of the same record", { find, post: post({ $cel: "steps.find.output.city" }, { after: ["find"] }) }],
  [
    "another field of a record that was put together",
    {
      find,
      shape: map({ to: { $cel: EMAIL }, city: { $cel: "steps.find.output.city" } }, ["find"]),
      post: post({ $cel: "steps.shape.output.city" }, { after: ["shape"] }),
    },
  ],
  [
    "rows without the field",
    {
      list,
      each: loop({
        keep: map({ $map: [{ from: [{ $cel: "item" }] }, { omit: { fields: ["email"] } }] }, []),
        post: post({ $cel: "string(steps.keep.output[0].city)" }, { after: ["keep"] }),
      }),
    },
  ],
  [
    "what was masked",
    {
      find,
      hide: map({ $map: [{ from: { $cel: EMAIL } }, { mask: { keepEnd: 2 } }] }, ["find"]),
      post: post({ $cel: "string(steps.hide.output)" }, { after: ["hide"] }),
    },
  ],
] as const)("%s may go there", (_, nodes) => {
  expect(told(nodes)).toEqual([]);
});

test("a mask that leaves most of it hides nothing", () => {
  const hide = map({ $map: [{ from: { $cel: EMAIL } }, { mask: { keepStart: 20 } }] }, ["find"]);
  expect(told({ find, hide, post: post({ $cel: "string(steps.hide.output)" }, { after: ["hide"] }) })).toHaveLength(1);
});

test("a rule is about sources, places, connectors and regions", () => {
  const nodes = { find, post: post({ $cel: EMAIL }, { after: ["find"] }) };
  const rule = { name: "r", classes: ["personal"], effect: "deny" } as const;
  const count = (more: object) => told(nodes, { rules: [{ ...rule, ...more }] }, { $cel: EMAIL }).length;
  expect(count({ from: ["crm"] })).toBe(1);
  expect(count({ from: ["chat"] })).toBe(0);
  expect(count({ except: ["chat"] })).toBe(0);
  expect(count({ to: ["answer"] })).toBe(1);
  expect(count({ to: ["history"] })).toBe(1);
  expect(count({ regions: ["eu"] })).toBe(1);
  expect(count({ classes: ["payment"] })).toBe(0);
});

test("what nobody has declared is unknown, and can be kept back too", () => {
  const nodes = { find, post: post({ $cel: "steps.find.output.id" }, { after: ["find"] }) };
  expect(told(nodes, { rules: [{ name: "r", classes: ["unknown"], connectors: ["chat"], effect: "deny" }] })).toHaveLength(1);
});
