// Pins: a link that signs in twice, pages of others that change things, saved work that is overwritten, credentials that come back
// out, deliveries that run twice, event streams that lose their place, and a second server on the same folder.
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve } from "../src/serve.ts";
import { ended, type Send, script, signIn, stranger } from "./support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-serve-"));
let served: Served;
let send: Send;

beforeAll(async () => {
  served = await serve({ dataDir, demo: true, port: 0 });
  send = script(served);
});
afterAll(async () => {
  await served?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const manual = (name: string, nodes: object = { one: { use: "core/map", with: { value: 1 } } }) => ({
  document: { format: "mortise.workflow/1", name, trigger: { use: "manual" }, nodes },
});

async function created(body: object): Promise<string> {
  const answer = await send("POST", "/api/v1/workflows", body);
  expect(answer.status, answer.text).toBe(201);
  return answer.json<{ id: string }>().id;
}

describe("who may do what", () => {
  test("the sign-in link works once, also when ten browsers follow it at the same moment", async () => {
    const cookies = await Promise.all(Array.from({ length: 10 }, () => signIn(served.signInUrl)));
    const [cookie, ...others] = cookies.filter((found) => found !== undefined);
    expect(others).toEqual([]);
    const session = await stranger(served, { cookie: cookie ?? "" })("GET", "/api/v1/session");
    expect(session.json()).toMatchObject({ user: { name: "You" }, demo: true });

    // A page of another origin has the cookie and lacks the rest.
    const page = stranger(served, { cookie: cookie ?? "" });
    const refused: readonly Readonly<Record<string, string>>[] = [
      {},
      { "x-mortise": "1", origin: "http://evil.example" },
      { "x-mortise": "1", "sec-fetch-site": "cross-site" },
    ];
    for (const headers of refused) {
      const answer = await page("POST", "/api/v1/workflows", manual("Forged"), headers);
      expect(answer.status, JSON.stringify(headers)).toBe(403);
    }
    const own = await page("POST", "/api/v1/workflows", manual("Own"), { "x-mortise": "1", origin: served.url });
    expect(own.status).toBe(201);
  });

  test("nobody reads or changes anything without a session or a token, except what is public", async () => {
    const nobody = stranger(served, { "x-mortise": "1" });
    for (const path of ["session", "workflows", "connections", "runs", "catalog/connectors", "demo/inbox", "runtime"])
      expect((await nobody("GET", `/api/v1/${path}`)).status, path).toBe(401);
    expect((await nobody("POST", "/api/v1/workflows", manual("Nobody's"))).status).toBe(401);
    expect((await stranger(served, { authorization: "Bearer mst_api_wrong" })("GET", "/api/v1/session")).status).toBe(401);
    const health = {
      status: "ok",
      openCircuits: 0,
      isolation: expect.stringContaining("code of connectors runs in WebAssembly"),
      sandbox: { operations: true, level: expect.stringMatching(/^(?:namespace|process|thread)$/) },
    };
    expect((await nobody("GET", "/api/v1/health")).json()).toMatchObject(health);
  });

  test("who is signed in sees what the process is doing, and that no circuit is open", async () => {
    const status = (await send("GET", "/api/v1/runtime")).json<object>();
    expect(status).toMatchObject({
      calls: { inFlight: expect.any(Number), waiting: 0 },
      shed: { interactive: 0, backfill: 0 },
      circuits: [],
    });
  });

  test("a host name that is not ours is refused, so that no rebound name reaches the server", async () => {
    const { port } = new URL(served.url);
    const status = await new Promise((resolve, reject) => {
      const headers = { host: `evil.example:${port}`, authorization: `Bearer ${served.apiToken}` };
      request({ host: "127.0.0.1", port, path: "/api/v1/session", headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .once("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

describe("workflows", () => {
  test("a save over a revision that somebody else saved meanwhile is refused with the current one", async () => {
    const id = await created(manual("Two editors"));
    const first = await send("PUT", `/api/v1/workflows/${id}`, manual("First"), { "if-match": '"1"' });
    expect(first.json()).toEqual({ revision: 2 });
    const second = await send("PUT", `/api/v1/workflows/${id}`, manual("Second"), { "if-match": '"1"' });
    expect(second.status).toBe(412);
    expect(second.json()).toMatchObject({ code: "REVISION_CONFLICT", revision: 2, document: { name: "First" } });
    expect((await send("PUT", `/api/v1/workflows/${id}`, manual("Blind"))).status).toBe(428);
  });

  test("the demo's workflows have no error, and every core step is described", async () => {
    const { workflows } = (await send("GET", "/api/v1/workflows")).json<{ workflows: { id: string }[] }>();
    const demo = workflows.filter(({ id }) => ["bird-strikes", "new-lead", "zip-codes"].includes(id));
    expect(demo).toHaveLength(3);
    for (const { id } of demo) {
      const { document } = (await send("GET", `/api/v1/workflows/${id}`)).json<{ document: object }>();
      const checked = await send("POST", "/api/v1/workflows/check", { document });
      const { diagnostics } = checked.json<{ diagnostics: { severity: string }[] }>();
      expect(
        diagnostics.filter(({ severity }) => severity === "error"),
        id,
      ).toEqual([]);
    }
    const { nodes } = (await send("GET", "/api/v1/catalog/nodes")).json<{ nodes: { use: string; title: string }[] }>();
    expect(nodes.map(({ use }) => use)).toContain("core/for-each");
    expect(nodes.every(({ title }) => title.length > 0)).toBe(true);
  });
});

describe("connections", () => {
  const postgres = { connector: "postgres@1", settings: { host: "db.example.com", database: "x", user: "u" }, auth: "password" };
  const hasCredential = async (name: string) => {
    const { connections } = (await send("GET", "/api/v1/connections")).json<{
      connections: { name: string; hasCredential: boolean }[];
    }>();
    return connections.find((connection) => connection.name === name)?.hasCredential;
  };

  test("a credential goes in and never comes out", async () => {
    const put = await send("PUT", "/api/v1/connections/sealed", {
      ...postgres,
      credential: { username: "u", password: "pw-7391-secret" },
    });
    expect(put.status, put.text).toBe(204);
    const kept = await send("PUT", "/api/v1/connections/sealed", { ...postgres, settings: { ...postgres.settings, user: "v" } });
    expect(kept.status, kept.text).toBe(204);
    expect(await hasCredential("sealed")).toBe(true);
    for (const steering of [{ host: "elsewhere.example.com" }, { port: 5433 }, { socket: "/run/other" }, { ssl: "off" }]) {
      const moved = await send("PUT", "/api/v1/connections/sealed", {
        ...postgres,
        settings: { ...postgres.settings, ...steering },
      });
      expect(moved.status, moved.text).toBe(422);
      expect(moved.json()).toMatchObject({ diagnostics: [{ code: "MISSING_KEY", path: "/credential/username" }] });
    }
    const tested = await send("POST", "/api/v1/connections/sealed/test");
    const list = await send("GET", "/api/v1/connections");
    for (const { text } of [put, tested, list]) expect(text).not.toContain("pw-7391");
  });

  test("a setting that says nothing about where a key goes is changed without it", async () => {
    const http = (settings: object) => ({
      connector: "http@1",
      auth: "bearer",
      settings: { baseUrl: "https://api.example.com", ...settings },
    });
    const first = await send("PUT", "/api/v1/connections/keyed", { ...http({}), credential: { token: "key-7391-secret" } });
    expect(first.status, first.text).toBe(204);
    for (const settings of [{ ratePerSecond: 3 }, { testPath: "/me" }, { maxConcurrent: 2 }]) {
      const changed = await send("PUT", "/api/v1/connections/keyed", http(settings));
      expect(changed.status, changed.text).toBe(204);
      expect(await hasCredential("keyed")).toBe(true);
    }
    const moved = await send("PUT", "/api/v1/connections/keyed", http({ baseUrl: "https://elsewhere.example.com" }));
    expect(moved.json()).toMatchObject({ diagnostics: [{ path: "/credential/token" }] });
  });

  test("a credential is not handed to another connector", async () => {
    await send("PUT", "/api/v1/connections/moved", { ...postgres, credential: { username: "u", password: "pw-7391-secret" } });
    const moved = { connector: "http@1", settings: { baseUrl: "https://elsewhere.example" }, auth: "none" };
    expect((await send("PUT", "/api/v1/connections/moved", moved)).status).toBe(204);
    expect(await hasCredential("moved")).toBe(false);
  });

  test("a credential that lacks a field is refused where it is entered", async () => {
    const answer = await send("PUT", "/api/v1/connections/lacking", { ...postgres, credential: { username: "pw-7391-secret" } });
    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({ diagnostics: [{ code: "MISSING_KEY", path: "/credential/password" }] });
    expect(answer.text).not.toContain("pw-7391");
  });

  test("each demo connection works", async () => {
    for (const name of ["airports", "warehouse", "mail", "data"]) {
      const answer = await send("POST", `/api/v1/connections/${name}/test`);
      expect(answer.json(), name).toMatchObject({ outcome: "success" });
    }
  });
});

describe("runs", () => {
  test("events go on after the last one that was seen, and end with the run", async () => {
    const id = await created(manual("Followed"));
    const { runId } = (await send("POST", `/api/v1/workflows/${id}/runs`, {})).json<{ runId: string }>();
    const { run, lastEventId } = await ended(send, runId);
    expect(run.status).toBe("succeeded");
    const since = async (seen: number) => {
      const events = await send("GET", `/api/v1/runs/${runId}/events`, undefined, { "last-event-id": String(seen) });
      return [...events.text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    };
    const all = await since(0);
    expect(all.at(-1)).toBe(lastEventId);
    const seen = all.at(-2) ?? 0;
    expect(await since(seen)).toEqual([lastEventId]);
    expect(await since(lastEventId)).toEqual([]);
  });

  test("a webhook refuses what does not fit, and runs one delivery once", async () => {
    const { webhookUrl } = (await send("GET", "/api/v1/workflows/new-lead")).json<{ webhookUrl: string }>();
    const sender = stranger(served);
    const lead = { email: "ada@example.com", name: "Ada", amount: 129.5 };
    expect((await sender("POST", webhookUrl, lead)).status).toBe(404);
    expect((await send("POST", "/api/v1/workflows/new-lead/activate")).status).toBe(200);
    const wrong = await sender("POST", webhookUrl, { email: "ada@example.com" });
    expect(wrong.status).toBe(422);
    const deliveries = await Promise.all(
      Array.from({ length: 4 }, () => sender("POST", webhookUrl, lead, { "webhook-id": "delivery-1" })),
    );
    expect(deliveries.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    const [runId, ...others] = new Set(deliveries.map((answer) => answer.json<{ runId: string }>().runId));
    expect(others).toEqual([]);
    expect((await ended(send, runId ?? "")).run.status).toBe("succeeded");
    const { mails } = (await send("GET", "/api/v1/demo/inbox")).json<{ mails: { subject: string }[] }>();
    expect(mails.filter(({ subject }) => subject === "Big lead: Ada")).toHaveLength(1);
    expect((await send("GET", "/api/v1/demo/tables/leads")).json()).toMatchObject({ count: 1 });
  });

  test("ZIP codes keep their leading zeros", async () => {
    const { runId } = (await send("POST", "/api/v1/workflows/zip-codes/runs", {})).json<{ runId: string }>();
    expect((await ended(send, runId)).run.status).toBe("succeeded");
    const table = (await send("GET", "/api/v1/demo/tables/zip_codes?limit=1")).json();
    expect(table).toMatchObject({ count: 42_049, rows: [{ zip_code: "00501" }] });
  });

  test("every bird strike is in the table or among the rejected, and one mail says so", async () => {
    const { runId } = (await send("POST", "/api/v1/workflows/bird-strikes/runs", {})).json<{ runId: string }>();
    const { run } = await ended(send, runId);
    expect(run.status).toBe("succeeded");
    const { output } = (await send("GET", `/api/v1/runs/${runId}`)).json<{
      output: { rows: number; rejected: { rejected: number } };
    }>();
    const { count } = (await send("GET", "/api/v1/demo/tables/bird_strikes")).json<{ count: number }>();
    expect(output.rows).toBe(10_000);
    expect(output.rejected.rejected).toBeGreaterThan(0);
    expect(count + output.rejected.rejected).toBe(10_000);
    const { mails } = (await send("GET", "/api/v1/demo/inbox")).json<{ mails: { subject: string }[] }>();
    expect(mails.filter(({ subject }) => subject === "Bird strikes: 10000 rows read")).toHaveLength(1);
  });
});
