// Pins: choices of a field that are incomplete, those of somebody else, out of date, or cost a request each time.
import type { Json, Operation } from "@mortise/contract";
import { createRuntime, type OptionsRequest, type RuntimeOptions } from "@mortise/runtime";
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const listWorkspaces: Partial<Operation> = {
  request: { method: "GET", url: at("/workspaces") },
  output: { type: "array" },
};
const listChannels: Partial<Operation> = {
  input: {
    type: "object",
    required: ["workspace"],
    properties: { workspace: { type: "string" }, query: { type: "string" } },
  },
  request: {
    method: "GET",
    url: at("/workspaces/${input.workspace}/channels"),
    query: { q: { $cel: "input.?query.orValue(null)" } },
  },
  output: { type: "object", properties: { channels: { type: "array" } } },
  pagination: { kind: "cursor", cursor: "/next", param: "after", sizeParam: "size", size: 3 },
  stream: { items: "/channels", resume: "cursor" },
};
const channel = { operation: "listChannels", value: "/id", label: "/name" };
const inWorkspace: Json = { workspace: { $cel: "input.workspace" } };
const postMessage: Partial<Operation> = {
  effect: "send",
  idempotency: "none",
  request: { method: "POST", url: at("/messages"), body: { $cel: "input" } },
  input: {
    type: "object",
    properties: {
      workspace: {
        type: "string",
        title: "Workspace",
        "x-options": { operation: "listWorkspaces", value: "/id", label: "/title" },
      },
      channel: { type: "string", title: "Channel", "x-options": { ...channel, with: inWorkspace } },
      fresh: { type: "string", "x-options": { ...channel, with: inWorkspace, cacheMs: 0 } },
      found: {
        type: "string",
        "x-options": {
          ...channel,
          searchable: true,
          with: { workspace: { $cel: "input.workspace" }, query: { $cel: "search" } },
        },
      },
      text: { type: "string" },
    },
  },
};
const contract = contractOf(
  { listWorkspaces, listChannels, postMessage },
  { auth: { token: { kind: "bearer", test: { operation: "listWorkspaces" } } } },
);

const names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta"];

function answer({ path, query }: Seen): Answer {
  if (path === "/workspaces") return { body: [{ id: "w1", title: "One" }, { id: "w2" }, { title: "no id" }] };
  const workspace = path.split("/")[2] ?? "";
  const q = query.get("q") ?? "";
  const after = Number(query.get("after") ?? 0);
  const found = names.map((name, index) => ({ id: `${workspace}-${index}`, name })).filter(({ name }) => name.includes(q));
  const next = after + 3 < found.length ? String(after + 3) : null;
  return { body: { channels: found.slice(after, after + 3), next } };
}

async function setUp(handler: (request: Seen) => Answer = answer, options: Partial<RuntimeOptions> = {}) {
  const vendor = await openVendor(handler);
  onTestFinished(vendor.close);
  const credential = { token: "tok-7f3a91c2" };
  const { runtime, connection } = connect(contract, vendor, { connection: { credential }, ...options });
  onTestFinished(() => runtime.close());
  const choices = (field: string, more: Partial<OptionsRequest> = {}) =>
    runtime.options({ operation: "vendor/postMessage", connection, field: `/properties/${field}`, ...more });
  return { runtime, vendor, connection, choices };
}

const w1 = { input: { workspace: "w1" } };
const labels = ({ options }: { readonly options: readonly { readonly label: string }[] }) => options.map(({ label }) => label);

test("an operation's items become choices, called by their label, else by their value", async () => {
  const { choices, vendor } = await setUp();
  expect(await choices("workspace")).toEqual({
    options: [
      { value: "w1", label: "One" },
      { value: "w2", label: "w2" },
    ],
    next: null,
  });
  expect(vendor.seen[0]?.headers.authorization).toBe("Bearer tok-7f3a91c2");
});

test("a list in pages gives choices in pages, up to the last", async () => {
  const { choices } = await setUp();
  const pages: (readonly string[])[] = [];
  let cursor: Json = null;
  do {
    const page = await choices("channel", { ...w1, cursor });
    pages.push(labels(page));
    cursor = page.next;
  } while (cursor !== null);
  expect(pages).toEqual([["alpha", "beta", "gamma"], ["delta", "epsilon", "zeta"], ["eta"]]);
});

test("choices depend on what else is filled in; without it the error names the field to fill in first", async () => {
  const { choices, vendor } = await setUp();
  const [first] = (await choices("channel", { input: { workspace: "w2" } })).options;
  expect(first).toEqual({ value: "w2-0", label: "alpha" });
  const incomplete: readonly Json[] = [{}, { workspace: "" }, { workspace: null }];
  for (const input of incomplete) {
    await expect(choices("channel", { input })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: '"Channel" depends on "workspace", which has no value yet.',
      data: { path: "/workspace", remedy: expect.stringContaining("workspace") },
    });
  }
  expect(vendor.seen.filter(({ path }) => path.includes("channels"))).toHaveLength(1);
});

test("a source that can search is asked to", async () => {
  const { choices, vendor } = await setUp();
  expect(labels(await choices("found", { ...w1, search: "eta" }))).toEqual(["beta", "zeta", "eta"]);
  expect(vendor.seen.map(({ query }) => query.get("q"))).toEqual(["eta"]);
});

test("one that cannot is searched by label, on as many pages as that takes", async () => {
  const { choices, vendor } = await setUp();
  const first = await choices("channel", { ...w1, search: "ETA" });
  expect(labels(first)).toEqual(["beta"]);
  expect(labels(await choices("channel", { ...w1, search: "eta", cursor: first.next }))).toEqual(["zeta"]);
  expect(await choices("channel", { ...w1, search: "nobody" })).toEqual({ options: [], next: null });
  expect(vendor.seen).toHaveLength(3);
});

test("choices are kept by connection and by what they depend on, for a while", async () => {
  let now = 1_000_000;
  const clock = { now: () => now, sleep: async () => undefined };
  const { choices, vendor, connection } = await setUp(answer, { clock });
  const ask = () => choices("channel", w1);
  await Promise.all([ask(), ask()]);
  await ask();
  expect(vendor.seen).toHaveLength(1);
  await choices("channel", { input: { workspace: "w2" } });
  expect(vendor.seen).toHaveLength(2);
  await choices("channel", { ...w1, connection: { ...connection, credential: { token: "another-token" } } });
  expect(vendor.seen).toHaveLength(3);
  now += 60_001;
  await ask();
  expect(vendor.seen).toHaveLength(4);
  await choices("fresh", w1);
  await choices("fresh", w1);
  expect(vendor.seen).toHaveLength(6);
});

test("a failure of the vendor is told as one, without secrets, and is not kept", async () => {
  let isDown = true;
  const { choices } = await setUp((seen) =>
    isDown ? { status: 401, body: { message: `bad token tok-7f3a91c2 for ${seen.path}` } } : answer(seen),
  );
  const error = await choices("workspace").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "AUTH_FAILED", message: expect.stringContaining("bad token [redacted]") });
  expect(JSON.stringify(error)).not.toContain("7f3a91c2");
  isDown = false;
  expect(labels(await choices("workspace"))).toEqual(["One", "w2"]);
});

test("what the source calls secret is not shown as a choice", async () => {
  const secret = { type: "string", "x-secret": true } as const;
  const hidden: Partial<Operation> = {
    ...listChannels,
    output: {
      type: "object",
      properties: { channels: { type: "array", items: { type: "object", properties: { name: secret } } } },
    },
  };
  const vendor = await openVendor(answer);
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contractOf({ listChannels: hidden, listWorkspaces, postMessage }), vendor);
  onTestFinished(() => runtime.close());
  const page = await runtime.options({ operation: "vendor/postMessage", connection, field: "/properties/channel", ...w1 });
  expect(page.options[0]).toEqual({ value: "w1-0", label: "[redacted]" });
});

test("a list that comes whole is given out a hundred at a time", async () => {
  const many = Array.from({ length: 250 }, (_, index) => ({ id: index, title: `W ${index}` }));
  const { choices, vendor } = await setUp(() => ({ body: many }));
  const first = await choices("workspace");
  const last = await choices("workspace", { cursor: 200 });
  expect([first.options.length, first.next, last.options.length, last.next]).toEqual([100, 100, 50, null]);
  expect(labels(await choices("workspace", { search: "w 24" }))).toEqual(["W 24"]);
  await expect(choices("workspace", { cursor: "junk" })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  expect(vendor.seen).toHaveLength(1);
});

test("an operation that changes something feeds no field", async () => {
  const vendor = await openVendor(answer);
  onTestFinished(vendor.close);
  const contract = contractOf({ listWorkspaces: { ...listWorkspaces, effect: "update" }, listChannels, postMessage });
  const connector = { contract, natives: {} };
  const runtime = createRuntime({ connectors: [connector], egress: { allow: [vendor.origin] } });
  onTestFinished(() => runtime.close());
  const connection = { name: "main", connector: "vendor", settings: { baseUrl: vendor.origin } };
  const asked = runtime.options({ operation: "vendor/postMessage", connection, field: "/properties/workspace" });
  await expect(asked).rejects.toMatchObject({ code: "MISCONFIGURED" });
  expect(vendor.seen).toHaveLength(0);
});

test("a field without choices, an unknown operation and a missing connection are said to be so", async () => {
  const { choices, runtime } = await setUp();
  await expect(choices("text")).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  const field = "/properties/workspace";
  await expect(runtime.options({ operation: "vendor/postMessages", field })).rejects.toMatchObject({ code: "UNKNOWN_OPERATION" });
  await expect(runtime.options({ operation: "vendor/postMessage", field })).rejects.toMatchObject({ code: "MISSING_CONNECTION" });
});
