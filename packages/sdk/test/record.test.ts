// Pins: a recording that reads instead of recording, or writes an expression that means something else.
import { describe, expect, it } from "vitest";
import { cel, isMortiseError, type Recorded, text } from "../src/index.ts";
import { record } from "../src/record.ts";

interface Input {
  readonly email: string;
  readonly note?: string;
  readonly tags: readonly string[];
  readonly address?: { readonly city: string; readonly zip?: string };
  readonly "full-name": string;
  readonly count: number;
}
type $ = { readonly input: Recorded<Input> };

const input = {
  type: "object",
  required: ["email", "tags", "full-name", "count"],
  properties: {
    email: { type: "string" },
    note: { type: "string" },
    limit: { type: "integer", default: 3 },
    tags: { type: "array", items: { type: "string" } },
    address: { type: "object", required: ["city"], properties: { city: { type: "string" }, zip: { type: "string" } } },
    "full-name": { type: "string" },
    count: { type: "integer" },
  },
} as const;

const recorded = (recording: ($: $) => unknown) => record(recording, { input });

describe("record", () => {
  it.each<[string, ($: $) => unknown, unknown]>([
    ["a place", ($) => $.input.email, { $cel: "input.email" }],
    ["a whole scope", ($) => $.input, { $cel: "input" }],
    ["places in objects and lists", ($) => ({ a: [$.input.email, 1, null] }), { a: [{ $cel: "input.email" }, 1, null] }],
    ["an entry of a list", ($) => $.input.tags[0], { $cel: "input.tags[0]" }],
    ["a name that is no identifier", ($) => $.input["full-name"], { $cel: 'input["full-name"]' }],
    ["a place that may be absent", ($) => $.input.note, { $cel: "input.?note" }],
    ["a place inside one that may be absent", ($) => $.input.address.city, { $cel: "input.?address.city" }],
    ["a place that may be absent inside another", ($) => $.input.address.zip, { $cel: "input.?address.?zip" }],
    ["a template literal", ($) => `Hi ${$.input.email}, ${$.input.note}!`, { $text: "Hi ${input.email}, ${input.?note}!" }],
    ["a text", ($) => text`Hi ${$.input.email} ${cel("1 + 1")} ${7}`, { $text: "Hi ${input.email} ${1 + 1} 7" }],
    ["an expression", () => cel("input.count * 2"), { $cel: "input.count * 2" }],
    ["plain text, whatever it contains", () => "${input.email} {{x}}", "${input.email} {{x}}"],
    ["a literal ${ next to a hole", ($) => `\${x} ${$.input.email}`, { $text: "$${x} ${input.email}" }],
    ["an entry that is undefined, by leaving it out", () => ({ a: undefined, b: 1 }), { b: 1 }],
  ])("writes %s", (_, recording, value) => {
    expect(recorded(recording)).toEqual(value);
  });

  it("takes a default for presence", () => {
    expect(record(($: { input: { limit: unknown } }) => $.input.limit, { input })).toEqual({ $cel: "input.limit" });
  });

  it.each<[string, ($: $) => unknown]>([
    ["arithmetic on a place", ($) => Number($.input.count) * 2],
    ["comparison with a place", ($) => ($.input.count as unknown as number) > 3],
    ["a function inside", () => ({ a: () => 1 })],
    ["a number that JSON has not", () => Number.NaN],
  ])("refuses %s, which would be read while recording", (_, recording) => {
    let thrown: unknown;
    try {
      recorded(recording);
    } catch (error) {
      thrown = error;
    }
    expect(isMortiseError(thrown) && thrown.code).toBe("USAGE");
  });
});
