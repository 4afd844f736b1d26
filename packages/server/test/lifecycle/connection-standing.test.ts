// Pins: a connection that is shown another one's trouble, or the lesser of two.
import type { Contract } from "@mortise/contract";
import type { CircuitStatus, HostStatus } from "@mortise/runtime";
import { expect, test } from "vitest";
import { connectionStanding } from "../../src/lifecycle/connection-standing.ts";
import type { KnownProcess } from "../../src/lifecycle/process-board.ts";

const contract = { name: "crm", hosts: ["{settings.region}.crm.example", "*.files.example"] } as unknown as Contract;
const connection = { name: "main", connector: "crm@1", settings: { region: "eu" } };
const circuit = (parts: Partial<CircuitStatus>): CircuitStatus => ({
  connector: "crm",
  host: "eu.crm.example:443",
  state: "open",
  sinceMs: 1,
  untilMs: 2,
  ...parts,
});
const host = (parts: Partial<HostStatus>): HostStatus => ({
  connector: "crm",
  host: "eu.crm.example",
  circuit: "closed",
  limit: 10,
  inFlight: 10,
  waiting: 0,
  calls: 0,
  failures: 0,
  ...parts,
});
const process = (circuits: readonly CircuitStatus[], hosts: readonly HostStatus[] = []) =>
  ({ status: { circuits, hosts } }) as unknown as KnownProcess;
const standing = (...processes: readonly KnownProcess[]) =>
  connectionStanding({ connection, contract, tenant: "default", refusal: undefined, holds: [], processes });

test("the worst circuit of all processes is shown: open before half-open, then the one that lasts longest", () => {
  const own = { connection: "main", tenant: "default" };
  const found = standing(
    process([circuit({ ...own, state: "half-open", untilMs: 90 })]),
    process([circuit({ ...own, untilMs: 10 })]),
    process([circuit({ untilMs: 20 })]),
    process([]),
  );
  expect(found.circuit).toEqual({
    state: "open",
    host: "eu.crm.example:443",
    isShared: true,
    sinceMs: 1,
    untilMs: 20,
    processes: 3,
  });
});

test.each([
  ["of another connection", { connection: "other", tenant: "default" }],
  ["of another tenant's connection of the same name", { connection: "main", tenant: "south" }],
  ["of another connector", { connector: "desk", connection: "main", tenant: "default" }],
  ["of a host that is not its own", { host: "us.crm.example" }],
  ["of a host whose name ends like its own", { host: "files.example" }],
])("a circuit %s is none of its", (_, parts) => {
  expect(standing(process([circuit(parts)]))).toEqual({});
});

test("calls that wait, and what the host takes, are added up over processes", () => {
  const busy = process([], [host({ waiting: 3 }), host({ host: "a.files.example", waiting: 1 })]);
  expect(standing(busy, process([], [host({ waiting: 2, limit: 5 })])).waiting).toEqual({
    host: "eu.crm.example",
    calls: 5,
    inFlight: 20,
    limit: 15,
  });
  expect(standing(process([], [host({})]))).toEqual({});
});
