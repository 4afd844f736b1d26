// Pins: a name or a text of the data that becomes SQL, a mail header or a mail command.
import postgres from "@mortise/connector-postgres";
import smtp from "@mortise/connector-smtp";
import type { CallResult, JsonObject } from "@mortise/contract";
import { createRuntime, type Runtime } from "@mortise/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../../connectors/postgres/test/test-database.ts";
import { type MailServer, mailServer } from "../../connectors/smtp/test/mail-server.ts";

let runtime: Runtime;
let mail: MailServer;
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  [mail, database] = await Promise.all([mailServer(), testDatabase()]);
  runtime = createRuntime({
    connectors: [postgres, smtp],
    egress: { allow: [`tcp://127.0.0.1:${mail.port}`, `unix:${database.settings.socket}`] },
  });
  await sql("execute", { sql: "CREATE TABLE precious (id int PRIMARY KEY, note text)" });
  await sql("execute", { sql: "INSERT INTO precious VALUES (1, 'kept')" });
});
afterAll(async () => {
  await runtime.close();
  await database.stop();
});

const sql = (operation: string, input: JsonObject): Promise<CallResult> =>
  runtime.call(`postgres/${operation}`, {
    connection: { name: "pg", connector: "postgres", auth: "none", settings: database.settings },
    input,
  });
const send = (input: JsonObject, from = "a@example.com"): Promise<CallResult> => {
  const settings = { host: "127.0.0.1", port: mail.port, secure: "none", from };
  return runtime.call("smtp/sendMail", { connection: { name: from, connector: "smtp", auth: "none", settings }, input });
};

describe("a name of a table or a column", () => {
  const names = [
    'x"; DROP TABLE precious; --',
    'x") VALUES (1); DROP TABLE precious; --',
    "x'; DROP TABLE precious; --",
    "x\\'; DROP TABLE precious; --",
    "precious; DELETE FROM precious",
    "precious, pg_sleep(9)",
    "(SELECT 1)",
    "x--",
    "x/*",
    "$1",
    "%",
    "_recious",
    "precious%",
    "__proto__",
    "constructor",
    "ünïcode \u202e",
    " ",
  ];

  it.each(names)("is a name and nothing else: %j", async (name) => {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const made = await sql("createTable", {
      table: quoted,
      columns: [
        { name: "id", type: "integer" },
        { name, type: "text" },
      ],
      primaryKey: ["id"],
    });
    expect(made).toMatchObject({ outcome: "success", output: { created: true } });
    const row = JSON.parse(`{"id": 1, ${JSON.stringify(name)}: "v"}`) as JsonObject;
    expect(await sql("insertRows", { table: quoted, rows: [row] })).toMatchObject({ outcome: "success" });
    expect(await sql("upsertRows", { table: quoted, rows: [row], key: ["id"] })).toMatchObject({ output: { updated: 1 } });
    expect(await sql("streamRows", { table: quoted, columns: ["id"], orderBy: ["id"] })).toMatchObject({
      output: { rows: [{ id: 1 }] },
    });
    expect(await sql("describeTable", { table: quoted })).toMatchObject({ outcome: "success" });
    const listed = await sql("listTables", {});
    expect(JSON.stringify(listed)).toContain(JSON.stringify(name).slice(1, -1));
    expect(await sql("query", { sql: "SELECT note FROM precious" })).toMatchObject({ output: { rows: [{ note: "kept" }] } });
  });

  it.each([...names, "", "a\0b", "x".repeat(64), "a.b.c", '"', '"a'])(
    "finds no other table, unquoted and as an order or a key: %j",
    async (name) => {
      const results = await Promise.all([
        sql("streamRows", { table: name, orderBy: ["id"] }),
        sql("insertRows", { table: name.replace(/^(.*)$/s, "no $1"), rows: [{ id: 5 }] }),
        sql("streamRows", { table: "precious", orderBy: [name] }),
        sql("streamRows", { table: "precious", columns: [name], orderBy: ["id"] }),
        sql("upsertRows", { table: "precious", rows: [{ id: 1, [name]: 1 }], key: [name] }),
      ]);
      for (const { outcome } of results.slice(1)) expect(outcome).not.toBe("success");
      expect(JSON.stringify(results[0])).not.toContain("kept");
      expect(await sql("query", { sql: "SELECT * FROM precious" })).toMatchObject({
        output: { rows: [{ id: 1, note: "kept" }] },
      });
    },
  );

  it("a query changes nothing and is one statement", async () => {
    for (const text of [
      "DELETE FROM precious RETURNING 1",
      "SELECT 1; DELETE FROM precious",
      "COMMIT; DELETE FROM precious",
      "SET TRANSACTION READ WRITE; DELETE FROM precious",
      "WITH gone AS (DELETE FROM precious RETURNING 1) SELECT * FROM gone",
      "SELECT set_config('transaction_read_only', 'off', false), 1; DELETE FROM precious",
    ])
      expect((await sql("query", { sql: text })).outcome, text).not.toBe("success");
    await sql("query", { sql: "COMMIT" });
    await sql("query", { sql: "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE" });
    expect((await sql("query", { sql: "DELETE FROM precious RETURNING 1" })).outcome).not.toBe("success");
    expect(await sql("query", { sql: "SELECT count(*)::int AS n FROM precious" })).toMatchObject({
      output: { rows: [{ n: 1 }] },
    });
  });
});

describe("a mail", () => {
  const plain = { to: "b@example.com", subject: "s", text: "t" };
  const BREAKS = [
    "\r\nBcc: evil@example.com",
    "\nBcc: evil@example.com",
    "\rBcc: evil@example.com",
    "\0",
    "\r\n\r\ninjected body",
  ];

  it.each(BREAKS)("takes no header of its own from %j", async (text) => {
    const before = mail.mails.length;
    const attachment = { filename: "a.txt", contentBase64: "YQ==", contentType: "text/plain" };
    for (const input of [
      { ...plain, subject: `s${text}` },
      { ...plain, to: `b@example.com${text}` },
      { ...plain, to: [`B${text} <b@example.com>`] },
      { ...plain, cc: `b@example.com${text}` },
      { ...plain, bcc: `b@example.com${text}` },
      { ...plain, replyTo: `b@example.com${text}` },
      { ...plain, attachments: [{ ...attachment, filename: `a${text}.txt` }] },
      { ...plain, attachments: [{ ...attachment, contentType: `text/plain${text}` }] },
    ])
      expect((await send(input)).outcome, JSON.stringify(input)).toBe("poison");
    expect((await send(plain, `a@example.com${text}`)).outcome).not.toBe("success");
    expect(mail.mails.length).toBe(before);
  });

  it.each([
    "b@example.com> SIZE=1 <x",
    "b@example.com>\tRCPT TO:<evil@example.com",
    "<b@example.com",
    '"a b"@example.com\u2028x',
    "b@exa mple.com",
    "b@example.com NOTIFY=NEVER",
  ])("takes no command from the address %j", async (to) => {
    const before = mail.mails.length;
    await send({ ...plain, to });
    for (const { to: recipients } of mail.mails.slice(before)) {
      expect(recipients).not.toContain("evil@example.com");
      for (const recipient of recipients) expect(recipient).toMatch(/^[^\s<>]+@[^\s<>]+$/);
    }
  });

  it("ends where its text ends, whatever dots are in it (RFC 5321 §4.5.2)", async () => {
    const before = mail.mails.length;
    const text = "one\r\n.\r\nMAIL FROM:<evil@example.com>\r\n.\n\n.\r.\r\nRCPT TO:<evil@example.com>\r\n..\r\nend";
    expect(await send({ ...plain, text })).toMatchObject({ outcome: "success" });
    expect(mail.mails.length).toBe(before + 1);
    expect(mail.mails.at(-1)).toMatchObject({ from: "a@example.com", to: ["b@example.com"] });
    expect(mail.mails.at(-1)?.raw).toContain("end");
  });
});
