// Pins: one tenant, or one connection, whose failures close a host for all others; a host that is down for all and is not left alone.
import { expect, it } from "vitest";
import { HostCircuit } from "../../src/breaker/host-circuit.ts";

function circuitOf(): {
  readonly shared: HostCircuit;
  readonly calls: (group: string, count: number, isBad: boolean, atMs?: number) => void;
} {
  const shared = new HostCircuit(
    () => 0.5,
    () => undefined,
  );
  return {
    shared,
    calls: (group, count, isBad, atMs = 1_000) => {
      for (let each = 0; each < count; each++) shared.takes(shared.evidence(group), atMs, isBad, false, true);
    },
  };
}

it("stays closed however often one group fails, alone or among others that do not (H1)", () => {
  const alone = circuitOf();
  alone.calls("a", 1_000, true);
  expect(alone.shared.circuit.state).toBe("closed");
  const among = circuitOf();
  among.calls("b", 20, false);
  among.calls("a", 1_000, true);
  expect(among.shared.circuit.state).toBe("closed");
});

it("opens when half of the latest calls fail, also without the group that fails most (H1)", () => {
  const { shared, calls } = circuitOf();
  calls("a", 14, true);
  calls("b", 2, true);
  calls("c", 3, true);
  expect(shared.circuit.state).toBe("closed");
  calls("b", 1, true);
  expect(shared.circuit.state).toBe("open");
});

it("judges a host that fell over by what happened since, not by how well it was before", () => {
  const { shared, calls } = circuitOf();
  for (let ms = 0; ms < 27_000; ms += 10) calls(ms % 20 === 0 ? "a" : "b", 1, false, ms);
  for (let ms = 27_000; ms < 36_000 && shared.circuit.state === "closed"; ms += 10) calls(ms % 20 === 0 ? "a" : "b", 1, true, ms);
  expect(shared.circuit.state).toBe("open");
});

it("opens when nobody takes a connection, five times in a row, of two groups at least (H1)", () => {
  const { shared } = circuitOf();
  const refused = (group: string): void => shared.takes(shared.evidence(group), 1_000, true, true, true);
  for (let each = 0; each < 10; each++) refused("a");
  expect(shared.circuit.state).toBe("closed");
  refused("b");
  expect(shared.circuit.state).toBe("open");
});

it("forgets what was before when it closes again", () => {
  const { shared, calls } = circuitOf();
  calls("a", 15, true);
  calls("b", 15, true);
  const { circuit } = shared;
  const at = circuit.untilMs;
  circuit.shutUntil(at);
  for (const pass of [1, 2, 3].map(() => circuit.goesOut(at))) circuit.ended(pass, "well", at);
  expect([circuit.state, shared.counts(at)]).toEqual(["closed", { calls: 0, failures: 0 }]);
});
