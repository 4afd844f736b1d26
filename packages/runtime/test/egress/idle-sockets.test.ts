// Pins: a socket at rest that stays for ever (invariant I1), and one that is closed while a call uses it.
import { Duplex } from "node:stream";
import { expect, it } from "vitest";
import { IdleSockets, restOf } from "../../src/egress/idle-sockets.ts";

const socket = (): Duplex => new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
const closed = (one: Duplex): Promise<unknown> => new Promise((go) => one.once("close", go));

it("closes what has rested for its time, and neither what was taken nor what may rest longer", async () => {
  const idle = new IdleSockets(5);
  const [spent, taken, young] = [socket(), socket(), socket()];
  idle.rest(taken, 0);
  idle.take(taken);
  idle.rest(young, 60_000);
  idle.rest(spent, 0);
  await closed(spent);
  idle.sweep();
  expect([taken.destroyed, young.destroyed]).toEqual([false, false]);
  const again = closed(taken);
  idle.rest(taken, 0);
  await again;
});

it("lets a socket rest for as long as its server does, less a second, and 30 s at most", () => {
  const after = (header?: string): number =>
    restOf(Object.assign(socket(), { _httpMessage: { res: { headers: header === undefined ? {} : { "keep-alive": header } } } }));
  expect(["timeout=5", "timeout=5, max=100", "timeout=1", "timeout=0", "timeout=600", "max=5", undefined].map(after)).toEqual([
    4_000, 4_000, 0, 0, 30_000, 30_000, 30_000,
  ]);
  expect(restOf(socket())).toBe(30_000);
});
