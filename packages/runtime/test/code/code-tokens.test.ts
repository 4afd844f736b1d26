// Pins: code that sees a token, is sent away because its token is old, or does not find the host that its token told.
import { codeRunner, createSandbox } from "@mortise/sandbox";
import { afterAll, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { codeConnector, ORIGIN, sentTo } from "./code-connector.ts";

const sandbox = createSandbox({ limits: { cpuMs: 20_000 } });
afterAll(() => sandbox.close());

it("requests of code carry tokens that are good now, go where the token says, and show none", async () => {
  const tokens = ["token-of-the-first-hour", "token-of-the-second-hour"];
  let given = 0;
  const vendor = await loopback((request, response) => {
    if (request.url === "/token")
      return json(response, {
        access_token: tokens[given++],
        token_type: "Bearer",
        expires_in: 3600,
        instance: "api.acme.example",
      });
    const isOld = request.headers.authorization === `Bearer ${tokens[0]}`;
    return json(response, { echo: request.headers.authorization }, isOld ? 401 : 200);
  });
  const place = { host: "{settings.instance}", methods: ["GET"], paths: ["/v2/*"], auth: "connection" } as const;
  const connector = codeConnector("return (await ctx.http.request({ path: '/v2/a' })).body;", {
    capabilities: { http: [place] },
    contract: {
      hosts: ["{settings.instance}"],
      settings: { type: "object", properties: { instance: { type: "string", pattern: "^[a-z.]+$" } } },
      auth: {
        app: {
          kind: "oauth2",
          grant: "client_credentials",
          tokenUrl: `${ORIGIN}/token`,
          keep: [{ setting: "instance", from: { body: "/instance" } }],
        },
      },
    },
  });
  const runtime = createRuntime({ connectors: [connector], code: codeRunner(sandbox), ...sentTo(vendor.origin) });
  const credential = { clientId: "app", clientSecret: "secret-of-the-app" };
  const result = await runtime.call("sample/run", { input: {}, connection: { name: "main", connector: "sample", credential } });
  await runtime.close();
  await vendor.close();
  expect(result).toMatchObject({ outcome: "success", output: { echo: expect.stringContaining("[redacted]") } });
  expect(vendor.seen.map(({ url, headers }) => [url, url === "/token" ? "" : headers.authorization])).toEqual([
    ["/token", ""],
    ["/v2/a", `Bearer ${tokens[0]}`],
    ["/token", ""],
    ["/v2/a", `Bearer ${tokens[1]}`],
  ]);
});
