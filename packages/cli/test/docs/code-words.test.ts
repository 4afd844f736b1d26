// Pins: a page that does not say what code of a connector may reach.
import { expect, it } from "vitest";
import { codeWords } from "../../src/docs/code-words.ts";

it("says every right of code, and whether a credential goes along", () => {
  const place = { host: "api.acme.example", methods: ["GET", "POST"], paths: ["/v2/**"], auth: "connection" } as const;
  const capabilities = { http: [place, { ...place, port: 8443, auth: "none" } as const], state: { maxKB: 64 }, hmac: ["secret"] };
  expect(codeWords({ entry: "src/a.ts", capabilities })).toBe(
    "in the sandbox. It may ask GET, POST `api.acme.example/v2/**` with the connection's credential, which it does not see; " +
      "ask GET, POST `api.acme.example:8443/v2/**` without a credential; keep 64 KB from call to call; " +
      "have codes made with `secret`, which it does not see.",
  );
  expect(codeWords({ entry: "src/a.ts", capabilities: {} })).toBe("in the sandbox. It reaches nothing.");
});
