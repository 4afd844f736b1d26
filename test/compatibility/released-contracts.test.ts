// Pins that a connector of this house breaks those who use a released version of it: every released contract is kept here, and what the
// sources make now must be able to follow it. Where they differ in a breaking way, raise the version and add a migration.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileValue } from "@mortise/builders";
import { compareContracts, proveCompatible } from "@mortise/compat";
import type { Contract } from "@mortise/contract";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const released = join(import.meta.dirname, "released");
const read = (file: string): Contract => JSON.parse(readFileSync(file, "utf8")) as Contract;

const RELEASES = readdirSync(released).flatMap((name) =>
  readdirSync(join(released, name)).map((version) => [name, version] as const),
);

describe("released contracts", () => {
  it("are kept of every connector", () => {
    expect(new Set(RELEASES.map(([name]) => name))).toEqual(new Set(readdirSync(join(root, "connectors"))));
  });

  it.each(RELEASES)("%s %s is what its name says", (name, version) => {
    const contract = read(join(released, name, version, "contract.json"));
    expect(`${contract.name} ${contract.version}`).toBe(`${name} ${version}`);
  });

  it.each(RELEASES)("%s of now can follow %s", (name, version) => {
    const before = read(join(released, name, version, "contract.json"));
    const after = read(join(root, "connectors", name, "contract.json"));
    const { changes, diagnostics } = compareContracts(before, after, { today: new Date().toISOString().slice(0, 10) });
    // Words may change before the next release picks its version.
    const isWording = changes.every(({ level, waived }) => level === "patch" || waived !== undefined);
    const faults = diagnostics.filter(
      ({ severity, code }) => severity === "error" && !(isWording && code === "VERSION_TOO_SMALL"),
    );
    expect(faults).toEqual([]);
  });

  it.each(RELEASES)("inputs and settings made for %s %s go on", (name, version) => {
    const before = read(join(released, name, version, "contract.json"));
    const after = read(join(root, "connectors", name, "contract.json"));
    const proof = proveCompatible(before, after, { seed: version, count: 20, evaluator: compileValue });
    expect(proof.counterExamples).toEqual([]);
    expect(proof.tried).toBeGreaterThan(20);
  });
});
