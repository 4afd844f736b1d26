/** ESM TypeScript, run as it is: a connector of one's own, a call whose output has a type, and a list that is read page by page. */
import { type Connection, createRuntime } from "@mortise/runtime";
import { apiKey, defineConnector, get, operation, t } from "@mortise/sdk";

const settings = t.Object({ host: t.String() });
const Airport = t.Object({ code: t.String(), city: t.String() });

const airports = defineConnector({
  name: "airports",
  version: "1.0.0",
  title: "Airports",
  publisher: "me",
  settings,
  hosts: ["{settings.host}"],
  auth: { key: apiKey({ title: "API key", in: "header", name: "X-Api-Key", test: "getAirport" }) },
  budgets: { api: { rate: 50, per: "1s", scope: "connection" } },
  operations: {
    getAirport: operation(
      {
        title: "Get airport",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        budget: "api",
        settings,
        identity: ["/code"],
        input: t.Object({ code: t.String() }),
        output: Airport,
        examples: [{ input: { code: "SFO" }, output: { code: "SFO", city: "San Francisco" } }],
      },
      get("https://{settings.host}/airports/{code}"),
    ),
    listAirports: operation(
      {
        title: "List airports",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        budget: "api",
        settings,
        identity: ["/code"],
        input: t.Object({}),
        output: t.Object({ items: t.Array(Airport), next: t.Optional(t.String()) }),
        stream: { items: "/items", resume: "cursor" },
        pagination: { kind: "cursor", cursor: "/next", param: "after" },
        examples: [{ input: {}, output: { items: [{ code: "SFO", city: "San Francisco" }] } }],
      },
      get("https://{settings.host}/airports"),
    ),
  },
});

/** Where the service is. `elsewhere` is for a trial without the vendor; leave it out in production. */
export interface Service {
  readonly host: string;
  readonly key: string;
  readonly elsewhere?: { readonly [origin: string]: string };
}

/** One airport's city, and the codes of all of them. */
export async function lookAround({ host, key, elsewhere }: Service): Promise<{ city: string; codes: readonly string[] }> {
  const connection: Connection = { name: "main", connector: "airports", settings: { host }, credential: { apiKey: key } };
  const runtime = createRuntime({ connectors: [airports], ...(elsewhere === undefined ? {} : { unsafeOrigins: elsewhere }) });
  try {
    const one = await runtime.call<{ code: string; city: string }>("airports/getAirport", { connection, input: { code: "SFO" } });
    if (one.outcome !== "success") throw new Error(`${one.error.code}: ${one.error.message}`);
    const codes: string[] = [];
    for await (const page of runtime.stream<{ code: string }>("airports/listAirports", { connection, input: {} }))
      codes.push(...page.items.map(({ code }) => code));
    return { city: one.output.city, codes };
  } finally {
    await runtime.close();
  }
}
