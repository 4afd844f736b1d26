// Pins: a socket that carries calls of another tenant, connection or host, one that a server talks into another place, and pools without an end.
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ok, type RawServer, rawServer } from "./raw-server.ts";
import { egressOver, requestTo, TRANSPORTS, writeTo } from "./transports.ts";

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function serve(answer: Parameters<typeof rawServer>[0] = (socket) => void socket.write(ok("{}"))): Promise<RawServer> {
  const server = await rawServer(answer);
  open.push(server);
  return server;
}

describe.each(TRANSPORTS)("over %s, a socket", (name) => {
  it("is kept for calls of the same connection to the same host, and carries no others", async () => {
    const carried = new Map<Socket, Set<string>>();
    const server = await serve((socket, head) => {
      const whose = `${/^host: (.*)$/im.exec(head)?.[1]} ${/^x-pool: (.*)$/im.exec(head)?.[1]}`;
      carried.set(socket, (carried.get(socket) ?? new Set()).add(whose));
      socket.write(ok("{}"));
    });
    const hosts = ["one.example.com", "two.example.com"].map((host) => `http://${host}:${server.port}`);
    const egress = egressOver(name, { allow: hosts, resolver: async () => [{ address: "127.0.0.1", family: 4 }] });
    open.push(egress);
    for (let each = 0; each < 4; each++)
      for (const pool of ["tenant-1/main", "tenant-1/other", "tenant-2/main"])
        for (const host of hosts) await egress.send(requestTo(host, { pool, headers: { "x-pool": pool } }));
    expect(server.heads).toHaveLength(24);
    expect([...carried.values()].map(({ size }) => size)).toEqual(Array.from(carried, () => 1));
    // undici takes a second one where a call follows at once on the end of another.
    expect(server.accepted).toBeLessThanOrEqual(12);
    const before = server.accepted;
    for (let each = 0; each < 3; each++) await egress.send(writeTo(hosts[0] ?? ""));
    expect(server.accepted).toBe(before + 3);
  });

  it("is given up before the server closes it, where the server says when", async () => {
    const server = await serve((socket) => void socket.write(ok("{}", "keep-alive: timeout=2, max=100\r\n")));
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    await egress.send(requestTo(server.origin));
    await server.allClosed();
    expect((await egress.send(requestTo(server.origin))).status).toBe(200);
    expect(server.accepted).toBe(2);
  });

  it("goes where the URL says, whatever a server offers elsewhere", async () => {
    const elsewhere = await serve();
    const server = await serve((socket) => {
      const offers = `alt-svc: h2=":${elsewhere.port}", http/1.1="127.0.0.1:${elsewhere.port}"; ma=86400; persist=1\r\n`;
      socket.write(ok("{}", `${offers}refresh: 0; url=${elsewhere.origin}\r\ncontent-location: ${elsewhere.origin}/x\r\n`));
    });
    const egress = egressOver(name, { allow: [server.origin, elsewhere.origin] });
    open.push(egress);
    for (let each = 0; each < 3; each++) await egress.send(requestTo(server.origin));
    for (let each = 0; each < 3; each++) await egress.send(requestTo(server.origin, { pool: "tenant/other" }));
    expect(server.heads).toHaveLength(6);
    expect(elsewhere.accepted).toBe(0);
  });

  it("of the oldest pool makes room for the five hundred and first, without breaking what is under way", async () => {
    let answerLate: () => void = () => undefined;
    const server = await serve((socket, head) => {
      if (head.includes("/late")) answerLate = () => void socket.write(ok("late"));
      else socket.write(ok("{}"));
    });
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    const late = egress.send(requestTo(`${server.origin}/late`, { pool: "tenant-late" }));
    for (let at = 0; at < 520; at++) await egress.send(requestTo(server.origin, { pool: `tenant-${at}` }));
    expect(server.accepted).toBe(521);
    while (server.open.size > 501) await new Promise((go) => setTimeout(go, 5));
    answerLate();
    expect((await late).body.toString()).toBe("late");
    while (server.open.size > 500) await new Promise((go) => setTimeout(go, 5));
    egress.close();
    await server.allClosed();
  });
});
