// Pins: a suggestion that is missing for a slip of the finger, or absurd.
import { describe, expect, it } from "vitest";
import { nearest } from "../src/index.ts";

describe("nearest", () => {
  it.each([
    ["emial", "email"],
    ["idempotancy", "idempotency"],
    ["api_key", "apiKey"],
    ["Budget", "budget"],
    ["ur", "url"],
  ])("takes %s for %s", (name, meant) => {
    expect(nearest(name, ["email", "idempotency", "apiKey", "budget", "url", "in"])).toBe(meant);
  });

  it("prefers the same first letter among equally near ones", () => {
    expect(nearest("dsc", ["asc", "desc"])).toBe("desc");
  });

  it.each(["x", "on", "telephone", "", "put"])("suggests nothing for %j", (name) => {
    expect(nearest(name, ["email", "idempotency", "in", "post"])).toBeUndefined();
  });
});
