// Pins: code that is taken out of use and nobody who is told, or somebody who is told of every change.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LifecycleChange } from "@mortise/runtime";
import { expect, test } from "vitest";
import { lifecycleLine, lifecycleNotice } from "../../src/host/lifecycle-news.ts";
import { OwnerNotices } from "../../src/tokens/owner-notices.ts";

const QUARANTINED: LifecycleChange = {
  kind: "quarantined",
  use: "acme@1.0.0/sync",
  tenant: "default",
  reason: "INTERNAL: it broke\nover two lines",
  untilMs: Date.parse("2026-01-01T00:01:00Z"),
};

test("quarantine and a list that cannot be read are posted to whoever is notified", async () => {
  const posted: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    posted.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const logged: string[] = [];
  const notices = new OwnerNotices({
    url: `${origin}/notices`,
    way: { egress: { allow: [origin] } },
    log: (line) => logged.push(line),
  });
  for (const change of [QUARANTINED, { kind: "list", list: "killList", problem: "no such file" } as const])
    await notices.tell(lifecycleNotice(change) ?? {});
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await notices.tell(lifecycleNotice(QUARANTINED) ?? {});
  await notices.close();

  expect(posted).toEqual([
    {
      type: "code.quarantined",
      use: "acme@1.0.0/sync",
      tenant: "default",
      reason: "INTERNAL: it broke\nover two lines",
      until: "2026-01-01T00:01:00.000Z",
    },
    { type: "list.unreadable", list: "killList", problem: "no such file" },
  ]);
  expect(logged).toEqual([expect.stringContaining("Nobody was notified of code.quarantined")]);
});

test.each([
  { kind: "killed", entries: 2 },
  { kind: "list", list: "flags" },
  { kind: "resumed", connector: "acme" },
  { kind: "released", use: "acme@1.0.0/sync", tenant: "default", by: "probe" },
] as const)("$kind is in the log alone, on a line of its own", (change) => {
  expect(lifecycleNotice(change)).toBeUndefined();
  expect(lifecycleLine(change)).toContain(`Lifecycle: ${change.kind} {`);
  expect(lifecycleLine(QUARANTINED)).not.toContain("\n");
});
