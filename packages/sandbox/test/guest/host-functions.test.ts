// Pins: signatures that no server accepts, and keys or arguments that the host functions should not take.
import { constants, createHmac, generateKeyPairSync, verify } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { createSandbox } from "../../src/index.ts";

const sandbox = createSandbox({ limits: { cpuMs: 20_000, wallMs: 60_000 } });
afterAll(() => sandbox.close());

const evaluate = (expression: string, input: object | null = null): Promise<unknown> =>
  sandbox.run({
    source: `const go = (input) => ${expression}`,
    functionName: "go",
    input: input as null,
    capabilities: ["crypto", "encoding", "random"],
  });
const pem = (key: ReturnType<typeof generateKeyPairSync>["privateKey"]): string =>
  key.export({ type: "pkcs8", format: "pem" }).toString();

describe("hash and hmac", () => {
  it("give what the standards say (RFC 1321, FIPS 180-4, RFC 4231 test case 2)", async () => {
    expect(await evaluate(`["md5", "sha1", "sha256"].map((name) => crypto.hash(name, "abc"))`)).toEqual([
      "900150983cd24fb0d6963f7d28e17f72",
      "a9993e364706816aba3e25717850c26c9cd0d89d",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ]);
    expect(await evaluate(`crypto.hmac("sha256", "Jefe", "what do ya want for nothing?")`)).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("take bytes as keys and data, so that one may go into the next", async () => {
    const chain = `["20260101", "eu", "s3"].reduce((key, part) => ({ hex: crypto.hmac("sha256", key, part) }), "AWS4key").hex`;
    const expected = ["20260101", "eu", "s3"].reduce<string | Buffer>(
      (key, part) => createHmac("sha256", key).update(part).digest(),
      "AWS4key",
    );
    expect(await evaluate(chain)).toBe(Buffer.from(expected).toString("hex"));
  });

  it("write as they are told", async () => {
    expect(await evaluate(`["hex", "base64", "base64url"].map((how) => crypto.hash("md5", "abd", how))`)).toEqual([
      "4911e516e5aa21d327512e0c8b197616",
      "SRHlFuWqIdMnUS4Mixl2Fg==",
      "SRHlFuWqIdMnUS4Mixl2Fg",
    ]);
  });
});

describe("sign", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ed = generateKeyPairSync("ed25519");
  const data = Buffer.from("héader.payload");
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const cases = [
    { alg: "RS256", pair: rsa, check: (signature: Buffer) => verify("sha256", data, rsa.publicKey, signature) },
    {
      alg: "PS256",
      pair: rsa,
      check: (signature: Buffer) => verify("sha256", data, { key: rsa.publicKey, padding, saltLength: 32 }, signature),
    },
    {
      alg: "ES256",
      pair: ec,
      check: (signature: Buffer) =>
        signature.length === 64 && verify("sha256", data, { key: ec.publicKey, dsaEncoding: "ieee-p1363" }, signature),
    },
    { alg: "EdDSA", pair: ed, check: (signature: Buffer) => verify(null, data, ed.publicKey, signature) },
  ];

  it.each(cases)("$alg is what others can verify", async ({ alg, pair, check }) => {
    const signature = await evaluate(`crypto.sign(input.alg, input.key, "héader.payload", "base64url")`, {
      alg,
      key: pem(pair.privateKey),
    });
    expect(check(Buffer.from(signature as string, "base64url"))).toBe(true);
  });

  it("refuses keys of another kind and those that are too long to sign with in time", async () => {
    const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const ed448 = generateKeyPairSync("ed448");
    for (const [alg, key] of [
      ["RS256", pem(ec.privateKey)],
      ["PS256", pem(ed.privateKey)],
      ["ES256", pem(rsa.privateKey)],
      ["ES256", pem(p384.privateKey)],
      ["EdDSA", pem(ed448.privateKey)],
      ["RS256", "x".repeat(20_000)],
      ["RS256", 5],
    ])
      await expect(evaluate("crypto.sign(input.alg, input.key, 'x')", { alg, key }), String(alg)).rejects.toThrow(
        "The key cannot be read or does not fit",
      );
    await expect(evaluate("crypto.sign('none', input.key, 'x')", { key: pem(rsa.privateKey) })).rejects.toThrow(
      "no such algorithm",
    );
  });
});

describe("encodings", () => {
  it("turn any form of bytes into any other (RFC 4648 §10)", async () => {
    expect(await evaluate(`["f", "fo", "foo", "foobar"].map((text) => encoding.base64(text))`)).toEqual([
      "Zg==",
      "Zm8=",
      "Zm9v",
      "Zm9vYmFy",
    ]);
    expect(
      await evaluate(
        `[encoding.base64url({ hex: "fbff" }), encoding.hex({ base64url: "-_8" }), encoding.hex({ base64: "+/8=" }), encoding.utf8({ hex: "68c3a9" })]`,
      ),
    ).toEqual(["-_8", "fbff", "fbff", "hé"]);
  });

  it("refuse what is none", async () => {
    for (const [wrong, why] of [
      [`encoding.hex({ hex: "abc" })`, "Expected a text"],
      [`encoding.hex({ base64: "*" })`, "Expected a text"],
      [`encoding.hex(["a"])`, "Expected a text"],
      [`encoding.hex({ hex: "ab", base64: "ab" })`, "Expected a text"],
      [`encoding.hex(5)`, "Expected a text"],
      [`encoding.utf8({ hex: "ff" })`, "no UTF-8"],
      [`crypto.hash("md5", "x", "latin1")`, "no such encoding"],
    ])
      await expect(evaluate(wrong as string), wrong).rejects.toThrow(why);
  });
});

describe("random", () => {
  it("gives as many bytes as are asked for, never the same", async () => {
    expect(await evaluate(`[1, 16, 1024].map((count) => random.bytes(count).length)`)).toEqual([2, 32, 2_048]);
    expect(await evaluate("random.bytes(16)")).not.toBe(await evaluate("random.bytes(16)"));
  });

  it.each(["0", "1025", "1.5", "'16'", "NaN", "undefined"])("refuses %s bytes", async (count) => {
    await expect(evaluate(`random.bytes(${count})`)).rejects.toThrow("outside of what is allowed");
  });
});
