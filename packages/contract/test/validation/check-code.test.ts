// Pins: code that is granted more than the rest of its contract bears out, or a declaration that nobody can read.
import { describe, expect, it } from "vitest";
import { checkContract } from "../../src/validation/index.ts";
import { soundContract } from "../sound-contract.ts";

const PLACE = { host: "{settings.region}.acme.example", methods: ["GET"], paths: ["/v2/**"], auth: "connection" };

/** The sound contract with an operation in code. */
function withCode(code: unknown, operation: object = {}, contract: object = {}): unknown {
  const sound = soundContract();
  const { request: _, compensate: __, ...rest } = sound.operations.createContact;
  const score = { ...rest, title: "Score", code, ...operation };
  return { ...sound, ...contract, operations: { ...sound.operations, score } };
}

const faults = (contract: unknown) => checkContract(contract as never).filter(({ severity }) => severity === "error");
const at = "/operations/score/code";

describe("an operation in code", () => {
  it("is sound with capabilities that the contract bears out", () => {
    const capabilities = { http: [PLACE], state: { maxKB: 64 }, hmac: ["apiKey"], log: { maxKB: 4 } };
    expect(faults(withCode({ entry: "src/code/score.ts", capabilities }))).toEqual([]);
    expect(faults(withCode({ entry: "src/code.ts#score", capabilities: {} }))).toEqual([]);
  });

  it.each([
    ["an unknown capability", { files: {} }, "UNKNOWN_KEY", `${at}/capabilities/files`],
    ["an unknown key of a place", { http: [{ ...PLACE, hosts: [] }] }, "UNKNOWN_KEY", `${at}/capabilities/http/0/hosts`],
    ["a place without its auth", { http: [{ ...PLACE, auth: undefined }] }, "MISSING_KEY", `${at}/capabilities/http/0/auth`],
    [
      "a host that the contract does not have",
      { http: [{ ...PLACE, host: "evil.example" }] },
      "UNKNOWN_REFERENCE",
      `${at}/capabilities/http/0/host`,
    ],
    [
      "any host, where the contract names some",
      { http: [{ ...PLACE, host: "*" }] },
      "UNKNOWN_REFERENCE",
      `${at}/capabilities/http/0/host`,
    ],
    [
      "a method that there is not",
      { http: [{ ...PLACE, methods: ["CONNECT"] }] },
      "INVALID_VALUE",
      `${at}/capabilities/http/0/methods/0`,
    ],
    ["a path without a slash", { http: [{ ...PLACE, paths: ["v2/**"] }] }, "INVALID_VALUE", `${at}/capabilities/http/0/paths/0`],
    ["a path with a query", { http: [{ ...PLACE, paths: ["/v2?a=1"] }] }, "INVALID_VALUE", `${at}/capabilities/http/0/paths/0`],
    [
      "** that is not the end",
      { http: [{ ...PLACE, paths: ["/**/items"] }] },
      "INVALID_VALUE",
      `${at}/capabilities/http/0/paths/0`,
    ],
    ["a * that is no segment", { http: [{ ...PLACE, paths: ["/v2/a*"] }] }, "INVALID_VALUE", `${at}/capabilities/http/0/paths/0`],
    ["state without an end", { state: {} }, "MISSING_KEY", `${at}/capabilities/state/maxKB`],
    ["too much state", { state: { maxKB: 4_096 } }, "INVALID_VALUE", `${at}/capabilities/state/maxKB`],
  ])("is refused with %s", (_, capabilities, code, path) => {
    const plain = JSON.parse(JSON.stringify({ entry: "src/code/score.ts", capabilities }));
    expect(faults(withCode(plain))).toContainEqual(expect.objectContaining({ code, path }));
  });

  it.each(["/etc/passwd.ts", "../other/score.ts", "src/../../score.ts", "src/score", "src/score.ts#a b", "src/score.json"])(
    "is refused with the entry %s",
    (entry) => {
      expect(faults(withCode({ entry, capabilities: {} }))).toContainEqual(expect.objectContaining({ path: `${at}/entry` }));
    },
  );

  it("is refused where its credential could go to any host", () => {
    const http = [{ ...PLACE, host: "*" }];
    const anywhere = withCode({ entry: "src/a.ts", capabilities: { http } }, {}, { hosts: ["*"] });
    expect(faults(anywhere)).toContainEqual(
      expect.objectContaining({ code: "UNSAFE_CONTRACT", path: `${at}/capabilities/http/0/auth` }),
    );
    const without = withCode(
      { entry: "src/a.ts", capabilities: { http: [{ ...PLACE, host: "*", auth: "none" }] } },
      {},
      { hosts: ["*"] },
    );
    expect(faults(without)).toEqual([]);
  });

  it("is refused where it reads by what changes things, or has a credential that there is not", () => {
    const http = [{ ...PLACE, methods: ["GET", "DELETE"] }];
    const reading = withCode({ entry: "src/a.ts", capabilities: { http } }, { effect: "read", idempotency: "natural" });
    expect(faults(reading)).toContainEqual(
      expect.objectContaining({
        code: "UNSAFE_CONTRACT",
        path: `${at}/capabilities/http/0/methods`,
        message: expect.stringContaining("DELETE"),
      }),
    );
    const alone = withCode({ entry: "src/a.ts", capabilities: { http: [PLACE] } }, { auth: [] });
    expect(faults(alone)).toContainEqual(
      expect.objectContaining({ code: "INVALID_VALUE", path: `${at}/capabilities/http/0/auth` }),
    );
  });
});
