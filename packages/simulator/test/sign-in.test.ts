// Pins: a kind of credential that a contract may ask for and its own simulator does not let in, or lets in whatever is sent.
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONTRACT_SCHEMA, type Contract } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { createRuntime } from "@mortise/runtime";
import { createSandbox, customCode } from "@mortise/sandbox";
import { afterAll, describe, expect, test } from "vitest";
import { createSimulator, type SimulatedConnection, type Simulator } from "../src/index.ts";
import { KINDS, kindsContract } from "./kinds.ts";

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const input = { id: "a b/ü" };

/** Calls the fake vendor of a contract in a runtime of its own, so that nothing is known of earlier calls. */
async function call(contract: Contract, connect: (simulator: Simulator) => SimulatedConnection) {
  const simulator = await createSimulator(contract);
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    unsafeOrigins: simulator.unsafeOrigins,
    customCode: customCode(sandbox),
  });
  try {
    return await runtime.call("acme/get", { input, connection: connect(simulator) });
  } finally {
    await runtime.close();
    await simulator.close();
  }
}

const whole = kindsContract();

test("the contract of all kinds is one that passes check", () => {
  expect(checkContract(whole).filter(({ severity }) => severity === "error")).toEqual([]);
});

test("there is a row for every kind and every grant of the vocabulary", () => {
  const schemes = Object.values(KINDS).map(({ scheme }) => scheme);
  const known = CONTRACT_SCHEMA.properties.auth.additionalProperties.oneOf;
  expect(new Set(schemes.map(({ kind }) => kind))).toEqual(new Set(known.map(({ properties }) => properties.kind.const)));
  const grants = known.flatMap(({ properties }) => ("grant" in properties ? properties.grant.enum : []));
  expect(new Set(schemes.flatMap((scheme) => (scheme.kind === "oauth2" ? [scheme.grant] : [])))).toEqual(new Set(grants));
});

describe("a connection", () => {
  test.each(Object.keys(KINDS))("of %s is let in, also where the contract knows all others", async (id) => {
    const success = { outcome: "success", output: { id: expect.any(String) } };
    expect(await call(kindsContract([id]), (simulator) => simulator.connectionFor())).toMatchObject(success);
    const others = kindsContract(
      Object.keys(KINDS).filter((each) => !["none", "fields", "mtls", "custom"].includes(each) || each === id),
    );
    expect(await call(others, (simulator) => simulator.connectionFor(id))).toMatchObject(success);
  });

  const told = Object.entries(KINDS).flatMap(([id, { spoilt }]) => (spoilt === null ? [] : [[id, spoilt] as const]));

  test.each(told)("of %s with another %s is refused", async (id, field) => {
    const result = await call(kindsContract([id]), (simulator) => {
      const connection = simulator.connectionFor();
      const { refreshToken: _, ...credential } = connection.credential ?? {};
      const own = credential[field] ?? "";
      expect(own).not.toBe("");
      return { ...connection, credential: { ...credential, [field]: other(own) } };
    });
    expect(result).toMatchObject({ outcome: "fault", error: { code: expect.stringMatching(/^(AUTH_FAILED|MISCONFIGURED)$/) } });
  });

  test("of a kind that shows nothing without TLS, or only to code, is let in whatever it sends", async () => {
    const untold = Object.entries(KINDS).flatMap(([id, { spoilt }]) => (spoilt === null ? [id] : []));
    expect(untold).toEqual(["none", "fields", "mtls", "custom"]);
    for (const id of untold) {
      const simulator = await createSimulator(kindsContract([id]));
      expect((await fetch(`${simulator.origin}/things?id=1`)).status, id).toBe(200);
      await simulator.close();
    }
  });
});

/** A text or a key that is another, of the same form. */
function other(own: string): string {
  if (own.startsWith("-----BEGIN")) return otherKeyThan(own);
  return `${own.slice(0, -1)}${own.endsWith("4") ? "5" : "4"}`;
}

/** A key of the same kind. */
function otherKeyThan(pem: string): string {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
  const { privateKey } =
    asymmetricKeyType === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2_048 })
      : asymmetricKeyType === "ed25519"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("ec", { namedCurve: asymmetricKeyDetails?.namedCurve ?? "" });
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

test("an address that is a setting as a whole takes only what signs in: every other request is an operation's", async () => {
  const contract = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../../connectors/http/contract.json"), "utf8"),
  ) as Contract;
  const simulator = await createSimulator(contract);
  const runtime = createRuntime({ connectors: [{ contract, natives: {} }], unsafeOrigins: simulator.unsafeOrigins });
  try {
    const result = await runtime.call("http/get", { input: { url: "https://api.nowhere.invalid/things?limit=2" } });
    expect(result).toMatchObject({ outcome: "success" });
    expect(simulator.requests).toMatchObject([{ operation: expect.any(String), path: "/things", status: 200 }]);
  } finally {
    await runtime.close();
    await simulator.close();
  }
});
