// Pins: a read in parts, or of what is new, that cannot work; a creation that calls itself safer to repeat than it is.
import { expect, it } from "vitest";
import { checkContract } from "../../src/validation/index.ts";
import { soundContract } from "../sound-contract.ts";

const LIST = {
  title: "List",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  input: { type: "object" },
  output: { type: "object", properties: { rows: { type: "array", items: { type: "object" } } } },
  identity: [],
  request: { method: "GET", url: "/list" },
  stream: { items: "/rows", resume: "cursor" },
  outcomes: [],
  examples: [],
};
const INCREMENTAL = { cursor: "/at", as: "date-time" };
const ENSURE = {
  ...LIST,
  effect: "create",
  idempotency: { key: "header", name: "Idempotency-Key" },
  output: { type: "object" },
  request: undefined,
  stream: undefined,
  searchOrCreate: { search: { operation: "list", with: {}, item: null }, create: { operation: "createContact", with: {} } },
};

const faults = (operation: object) => {
  const contract = soundContract();
  const withList = { ...contract, operations: { ...contract.operations, list: LIST, one: operation } };
  const found = checkContract(JSON.parse(JSON.stringify(withList)));
  return found.filter(({ severity }) => severity === "error").map(({ code, path }) => [code, path]);
};

it.each<[string, object, string, string]>([
  ["what is new without a list", { ...LIST, stream: undefined, incremental: INCREMENTAL }, "MISSING_KEY", "stream"],
  ["parts without a list", { ...LIST, stream: undefined, partition: { over: [1] } }, "MISSING_KEY", "stream"],
  ["a date as a number", { ...LIST, incremental: { ...INCREMENTAL, format: "number" } }, "INVALID_VALUE", "incremental/format"],
  [
    "a window of numbers",
    { ...LIST, incremental: { cursor: "/n", as: "number", window: "1d", param: "a", until: "b", start: 1 } },
    "INVALID_VALUE",
    "incremental/window",
  ],
  [
    "a lookback of a number for dates",
    { ...LIST, incremental: { ...INCREMENTAL, lookback: 5 } },
    "INVALID_VALUE",
    "incremental/lookback",
  ],
  [
    "a parent without a list",
    { ...LIST, partition: { parent: { operation: "whoami", with: {} } } },
    "INVALID_VALUE",
    "partition/parent/operation",
  ],
  ["a creation that calls itself a read", { ...ENSURE, effect: "read" }, "UNSAFE_CONTRACT", "effect"],
  ["a creation that calls itself natural", { ...ENSURE, idempotency: "natural" }, "UNSAFE_CONTRACT", "idempotency"],
  [
    "a creation that only reads",
    { ...ENSURE, searchOrCreate: { ...ENSURE.searchOrCreate, create: { operation: "whoami", with: {} } } },
    "UNSAFE_CONTRACT",
    "searchOrCreate/create/operation",
  ],
])("rejects %s", (_, operation, code, place) => {
  expect(faults(operation)).toContainEqual([code, `/operations/one/${place}`]);
});

it.each<[string, object]>([
  ["what is new, in time", { ...LIST, incremental: { ...INCREMENTAL, format: "epoch_s", lookback: "5m" } }],
  ["what is new, by number", { ...LIST, incremental: { cursor: "/n", as: "number", format: "text", lookback: 10 } }],
  ["parts of a parent", { ...LIST, partition: { parent: { operation: "list", with: {} } } }],
  ["a creation with the key of what it creates with", ENSURE],
  ["a creation that claims nothing", { ...ENSURE, idempotency: "none" }],
])("accepts %s", (_, operation) => {
  expect(faults(operation)).toEqual([]);
});
