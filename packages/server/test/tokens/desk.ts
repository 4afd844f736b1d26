import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Connector } from "@mortise/sdk";

/** A connector whose connections are signed in by a person, or by a key. */
export const desk: Connector = {
  natives: {},
  contract: {
    format: "mortise.contract/1",
    name: "desk",
    version: "1.0.0",
    title: "Desk",
    publisher: "acme",
    settings: { type: "object", properties: { baseUrl: { type: "string" } }, required: ["baseUrl"] },
    hosts: ["{settings.baseUrl}"],
    auth: {
      login: {
        kind: "oauth2",
        grant: "authorization_code",
        authorizeUrl: "{settings.baseUrl}/authorize",
        tokenUrl: "{settings.baseUrl}/token",
        rotation: "single_use",
        test: { operation: "whoAmI" },
      },
      key: { kind: "apiKey", in: "header", name: "X-Api-Key", test: { operation: "whoAmI" } },
    },
    budgets: {},
    operations: {
      whoAmI: {
        title: "Who am I",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        input: { type: "object" },
        output: {},
        identity: [],
        outcomes: [],
        examples: [],
        request: { method: "GET", url: { $text: "${settings.baseUrl}/me" } },
      },
    },
  },
};

/** What the vendor behind it takes, and what it was asked. */
export interface DeskVendor {
  readonly origin: string;
  /** How many tokens it has given. */
  grants: number;
  /** Seconds that its tokens live. */
  life: number;
  key: string;
  readonly notices: unknown[];
  close(): Promise<void>;
}

/** The vendor: refresh tokens work once, keys are good as long as `key` says, and `/notices` takes what owners are told. */
export async function deskVendor(): Promise<DeskVendor> {
  const notices: unknown[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const answer = (status: number, json: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    if (request.url === "/notices") {
      notices.push(JSON.parse(body));
      return answer(200, {});
    }
    if (request.url === "/token") {
      if (new URLSearchParams(body).get("refresh_token") !== `refresh-${vendor.grants}`)
        return answer(400, { error: "invalid_grant" });
      vendor.grants++;
      const { grants } = vendor;
      return answer(200, { access_token: `access-${grants}`, refresh_token: `refresh-${grants}`, expires_in: vendor.life });
    }
    const isKnown =
      request.headers.authorization === `Bearer access-${vendor.grants}` || request.headers["x-api-key"] === vendor.key;
    return answer(isKnown ? 200 : 401, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const vendor: DeskVendor = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    grants: 0,
    life: 3_600,
    key: "",
    notices,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return vendor;
}
