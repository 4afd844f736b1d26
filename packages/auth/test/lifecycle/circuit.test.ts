// Pins: a sick system that is hammered by all who wait for it to recover; one that is left alone long after it is well; a probe that is lost
// and keeps everybody out.
import { expect, it } from "vitest";
import { Circuit, type CircuitPolicy, type CircuitState } from "../../src/index.ts";

const POLICY: CircuitPolicy = {
  openMs: (openings) => 10_000 * 2 ** (openings - 1),
  probes: 3,
  probeMs: 60_000,
};

function opened(policy: CircuitPolicy = POLICY): { circuit: Circuit; changes: CircuitState[] } {
  const changes: CircuitState[] = [];
  const circuit = new Circuit(
    policy,
    () => 0,
    (_, to) => changes.push(to),
  );
  circuit.trip(0);
  return { circuit, changes };
}

it("lets nothing out while it is open, and says until when (C1)", () => {
  const { circuit } = opened();
  expect([0, 5_000, 9_999].map((ms) => circuit.shutUntil(ms))).toEqual([10_000, 10_000, 10_000]);
  expect(circuit.state).toBe("open");
});

it("lets three probes out and closes when all went well (C2)", () => {
  const { circuit, changes } = opened();
  const passes = [1, 2, 3].map(() => {
    expect(circuit.shutUntil(10_000)).toBeUndefined();
    return circuit.goesOut(10_000);
  });
  expect(circuit.shutUntil(10_000)).toBe(11_000);
  for (const pass of passes.slice(0, 2)) circuit.ended(pass, "well", 10_100);
  expect(circuit.state).toBe("half-open");
  expect(circuit.shutUntil(10_100)).toBe(11_100);
  circuit.ended(passes[2] ?? 0, "well", 10_200);
  expect(changes).toEqual(["open", "half-open", "closed"]);
  expect(circuit.shutUntil(10_200)).toBeUndefined();
});

it("opens for longer when a probe fails, and starts over once it has been well for long (C1, C2)", () => {
  const { circuit } = opened();
  circuit.shutUntil(10_000);
  circuit.ended(circuit.goesOut(10_000), "badly", 10_000);
  expect(circuit.shutUntil(10_000)).toBe(30_000);
  circuit.shutUntil(30_000);
  for (const pass of [1, 2, 3].map(() => circuit.goesOut(30_000))) circuit.ended(pass, "well", 30_000);
  circuit.trip(40_000);
  expect(circuit.untilMs).toBe(80_000);
  circuit.shutUntil(80_000);
  for (const pass of [1, 2, 3].map(() => circuit.goesOut(80_000))) circuit.ended(pass, "well", 80_000);
  circuit.trip(200_000);
  expect(circuit.untilMs).toBe(210_000);
});

it("takes a probe whose end tells nothing as none, and one that is never heard of again for lost (C3)", () => {
  const { circuit } = opened();
  circuit.shutUntil(10_000);
  circuit.ended(circuit.goesOut(10_000), "neither", 10_000);
  for (let count = 0; count < 3; count++) {
    expect(circuit.shutUntil(10_000)).toBeUndefined();
    circuit.goesOut(10_000);
  }
  expect(circuit.shutUntil(69_999)).toBe(70_999);
  expect(circuit.shutUntil(70_000)).toBeUndefined();
});

it("learns nothing from what went out before it opened, or in an earlier round (C4)", () => {
  const circuit = new Circuit(POLICY, () => 0);
  const before = circuit.goesOut(0);
  circuit.trip(0);
  circuit.ended(before, "well", 1);
  circuit.shutUntil(10_000);
  const probe = circuit.goesOut(10_000);
  circuit.ended(circuit.goesOut(10_000), "badly", 10_000);
  circuit.ended(probe, "badly", 10_001);
  expect(circuit.untilMs).toBe(30_000);
  circuit.ended(probe, "well", 30_000);
  circuit.ended(before, "well", 30_000);
  expect(circuit.state).toBe("open");
});

it("lets one scout out at a time where the policy has a time for it, and only what is fit for it (C1)", () => {
  const { circuit } = opened({ ...POLICY, openMs: () => 300_000, scoutEveryMs: 15_000 });
  expect(circuit.shutUntil(14_999)).toBe(300_000);
  expect(circuit.shutUntil(15_000, false)).toBe(300_000);
  expect(circuit.shutUntil(15_000)).toBeUndefined();
  const scout = circuit.goesOut(15_000);
  expect(circuit.shutUntil(15_000)).toBe(300_000);
  circuit.ended(scout, "badly", 16_000);
  expect([circuit.state, circuit.untilMs]).toEqual(["open", 300_000]);
  expect(circuit.shutUntil(30_999)).toBe(300_000);
  expect(circuit.shutUntil(31_000)).toBeUndefined();
  circuit.ended(circuit.goesOut(31_000), "well", 31_100);
  expect(circuit.state).toBe("half-open");
});
