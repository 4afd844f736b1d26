// Pins: a mail sent twice or called sent when it was not, forged headers, and replies of servers taken for something else.
import { type Connection, createRuntime } from "@mortise/runtime";
import type { Json } from "@mortise/sdk";
import PostalMime from "postal-mime";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import smtp from "../../src/connector.ts";
import { localhostCertificate } from "../localhost-certificate.ts";
import { mailServer } from "../mail-server.ts";

let answer: Error | "hang up" | undefined;
beforeEach(() => {
  answer = undefined;
});

const refusal = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code });
const open = await mailServer({ disabledCommands: ["STARTTLS", "AUTH"] }, () => answer);
const guarded = await mailServer({
  ...localhostCertificate,
  authOptional: false,
  onAuth: ({ username, password }, _session, done) =>
    username === "ada" && password === "s3cret" ? done(null, { user: "ada" }) : done(refusal(535, "Wrong password")),
  onRcptTo: ({ address }, _session, done) => done(address.startsWith("nobody") ? refusal(550, "No such mailbox") : undefined),
});
const implicit = await mailServer({ ...localhostCertificate, secure: true, disabledCommands: ["AUTH"] });

const runtime = createRuntime({ connectors: [smtp], egress: { allow: ["tcp://127.0.0.1:*", "tcp://localhost:*"] } });
afterAll(() => runtime.close());

const plain = {
  name: "plain",
  connector: "smtp",
  auth: "none",
  settings: { host: "127.0.0.1", port: open.port, secure: "none", from: "Mortise <m@example.com>" },
};
const secured = (password: string, settings: object = {}) => ({
  name: `secured ${password}`,
  connector: "smtp",
  auth: "password",
  settings: { host: "localhost", port: guarded.port, from: "m@example.com", ca: localhostCertificate.cert, ...settings },
  credential: { username: "ada", password },
});
const send = (input: Json, more: object = {}) =>
  runtime.call<{ messageId: string; accepted: string[]; rejected: string[] }>("smtp/sendMail", {
    input,
    connection: plain,
    ...more,
  });
const mail = { to: "ada@example.com", subject: "Done", text: "All rows." };

describe("a mail that is accepted", () => {
  test("has its headers, both bodies and its attachment, and hides Bcc", async () => {
    const result = await send({
      to: ["Ada Lovelace <ada@example.com>", "b@example.com"],
      cc: "c@example.com",
      bcc: "hidden@example.com",
      replyTo: "r@example.com",
      subject: "Grüße – totals",
      text: "Line 1\n.\nLine 3",
      html: "<p>Hi</p>",
      attachments: [{ filename: "totals.csv", contentBase64: Buffer.from("a,b\n1,2\n").toString("base64") }],
    });
    expect(result).toMatchObject({ outcome: "success", output: { rejected: [] } });
    const got = open.mails.at(-1);
    expect(got).toMatchObject({
      from: "m@example.com",
      to: ["ada@example.com", "b@example.com", "c@example.com", "hidden@example.com"],
    });
    expect(got?.raw).not.toContain("hidden");
    const read = await PostalMime.parse(got?.raw ?? "");
    expect(read).toMatchObject({ subject: "Grüße – totals", html: expect.stringContaining("<p>Hi</p>") });
    expect(read.text?.trimEnd().replaceAll("\r", "")).toBe("Line 1\n.\nLine 3");
    expect(read.to?.[0]).toMatchObject({ name: "Ada Lovelace", address: "ada@example.com" });
    expect(Buffer.from(read.attachments[0]?.content as ArrayBuffer).toString()).toBe("a,b\n1,2\n");
  });

  test("has a Message-ID that depends on the key of the call alone", async () => {
    const ids: (string | undefined)[] = [];
    for (const idempotencyKey of ["k1", "k1", "k2"]) {
      const result = await send(mail, { idempotencyKey });
      ids.push(result.outcome === "success" ? result.output.messageId : undefined);
    }
    expect(ids[0]).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(open.mails.at(-1)?.raw).toContain(`Message-ID: ${ids[2]}`);
  });

  test("names the recipients that the server refused", async () => {
    const result = await send({ ...mail, to: ["ada@example.com", "nobody@example.com"] }, { connection: secured("s3cret") });
    expect(result).toMatchObject({
      outcome: "success",
      output: { accepted: ["ada@example.com"], rejected: ["nobody@example.com"] },
    });
    expect(guarded.mails.at(-1)?.encrypted).toBe(true);
  });

  test("goes over TLS from the first byte where that is set", async () => {
    const settings = {
      host: "localhost",
      port: implicit.port,
      secure: "tls",
      from: "m@example.com",
      ca: localhostCertificate.cert,
    };
    expect(await send(mail, { connection: { name: "tls", connector: "smtp", auth: "none", settings } })).toMatchObject({
      outcome: "success",
    });
    expect(implicit.mails).toHaveLength(1);
  });
});

describe("the commit point", () => {
  test("is passed before the dot that hands the mail over: whoever stops there has sent nothing", async () => {
    const before = open.mails.length;
    const begun = open.begun();
    const result = await send(mail, { commit: async () => false });
    expect(result).toMatchObject({ outcome: "unknown", error: { code: "UNKNOWN_OUTCOME" } });
    await expect.poll(() => open.begun()).toBeGreaterThan(begun);
    expect(open.mails.length).toBe(before);
  });

  test("is passed once a mail, after the recipients were accepted", async () => {
    const commits: string[] = [];
    const commit = async () => commits.push("commit") === 1;
    await send({ ...mail, to: "nobody@example.com" }, { connection: secured("s3cret"), commit });
    expect(commits).toEqual([]);
    await send(mail, { commit });
    expect(commits).toEqual(["commit"]);
  });

  test("and no answer after it: the outcome is unknown, and the mail is not sent again", async () => {
    answer = "hang up";
    const begun = open.begun();
    const result = await send(mail);
    expect(result).toMatchObject({ outcome: "unknown", error: { code: "UNKNOWN_OUTCOME" }, meta: { attempts: 1 } });
    expect(open.begun()).toBeGreaterThan(begun);
  });
});

describe("replies of the server", () => {
  test("5xx rejects the mail with the server's words", async () => {
    answer = refusal(554, "Looks like spam");
    expect(await send(mail)).toMatchObject({
      outcome: "poison",
      error: { code: "CALL_REJECTED", nativeCode: "554", message: expect.stringContaining("Looks like spam") },
    });
  });

  test("4xx is a sick server, not a lost mail", async () => {
    answer = refusal(451, "Try again later");
    expect(await send(mail)).toMatchObject({ outcome: "sick", error: { nativeCode: "451" } });
  });

  test("a wrong password is a fault of the credential, and the message keeps the secret", async () => {
    const result = await send(mail, { connection: secured("wrong-s3cret") });
    expect(result).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", nativeCode: "535" } });
    expect(JSON.stringify(result)).not.toContain("wrong-s3cret");
  });

  test("a certificate that is not trusted is a fault of the settings", async () => {
    expect(await send(mail, { connection: secured("s3cret", { ca: undefined }) })).toMatchObject({
      outcome: "fault",
      error: { code: "MISCONFIGURED" },
    });
  });

  test("a server without encryption is refused where encryption is set", async () => {
    const connection = { ...plain, name: "starttls", settings: { ...plain.settings, secure: "starttls" } };
    expect(await send(mail, { connection })).toMatchObject({ outcome: "fault" });
  });

  test("a server that cannot be reached is sick", async () => {
    const connection = { ...plain, name: "gone", settings: { ...plain.settings, port: 1 } };
    expect(await send(mail, { connection })).toMatchObject({ outcome: "sick", error: { code: "TARGET_SICK" } });
  });
});

describe("input that is refused before anything is sent", () => {
  const refused: readonly (readonly [string, object, string])[] = [
    ["a line break in the subject", { subject: "a\r\nBcc: evil@example.com" }, "/subject"],
    ["a line break in an address", { to: "a@example.com\r\nBcc: evil@example.com" }, "/to"],
    ["a line break in a file name", { attachments: [{ filename: "a\nb", contentBase64: "" }] }, "/attachments/0/filename"],
    ["an address that is none", { to: ["ada@example.com", "ada"] }, "/to/1"],
    [
      "an attachment that is not base64",
      { attachments: [{ filename: "a", contentBase64: "%%%" }] },
      "/attachments/0/contentBase64",
    ],
    ["no body", { text: undefined }, "/text"],
  ];

  test.each(refused)("%s", async (_, change, path) => {
    const begun = open.begun();
    expect(await send(JSON.parse(JSON.stringify({ ...mail, ...change })))).toMatchObject({
      outcome: "poison",
      error: { code: "INVALID_INPUT", path },
    });
    expect(open.begun()).toBe(begun);
  });
});

describe("verify", () => {
  test("signs in and sends nothing", async () => {
    const verify = (connection: Connection) => runtime.call("smtp/verify", { input: {}, connection });
    expect(await verify(secured("s3cret"))).toMatchObject({ outcome: "success", output: { encrypted: true, signedIn: true } });
    expect(await verify(plain)).toMatchObject({ outcome: "success", output: { encrypted: false, signedIn: false } });
    expect(await runtime.testConnection(secured("s3cret"))).toMatchObject({ outcome: "success" });
    expect(await runtime.testConnection(secured("no"))).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
  });
});
