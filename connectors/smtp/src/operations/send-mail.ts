import { Readable } from "node:stream";
import { type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { type ComposedMail, compose } from "../mail/compose.ts";
import { outcomes } from "../outcomes.ts";
import { withServer } from "../session/with-server.ts";
import { type SmtpSettings, smtpSettings } from "../settings.ts";

const addressList = (title: string, order: number) =>
  t.Union([t.String({ minLength: 3 }), t.Array(t.String({ minLength: 3 }), { minItems: 1, maxItems: 500 })], {
    title,
    description: "One address or a list, each `ada@example.com` or `Ada <ada@example.com>`.",
    "x-data-class": "personal",
    "x-order": order,
  });

const input = t.Object({
  to: addressList("To", 1),
  cc: t.Optional(addressList("Cc", 5)),
  bcc: t.Optional(addressList("Bcc", 6)),
  replyTo: t.Optional(
    t.String({
      title: "Reply to",
      description: "Where answers go. Absent: to the sender.",
      minLength: 3,
      "x-data-class": "personal",
      "x-advanced": true,
    }),
  ),
  subject: t.String({
    title: "Subject",
    description: "One line that says what the mail is about.",
    maxLength: 998,
    "x-order": 2,
  }),
  text: t.Optional(
    t.String({
      title: "Text",
      description: "The mail as plain text; beside HTML, for readers that show none.",
      "x-widget": "textarea",
      "x-order": 3,
    }),
  ),
  html: t.Optional(t.String({ title: "HTML", description: "The mail with formatting.", "x-widget": "code", "x-order": 4 })),
  attachments: t.Optional(
    t.Array(
      t.Object({
        filename: t.String({
          title: "File name",
          description: "As the recipient sees it, with its ending.",
          minLength: 1,
          maxLength: 255,
        }),
        contentBase64: t.String({ title: "Content", description: "Base64." }),
        contentType: t.Optional(
          t.String({ title: "Media type", description: "Absent: by the file name.", "x-placeholder": "text/csv" }),
        ),
      }),
      { title: "Attachments", description: "25 MB together at most.", maxItems: 50, "x-advanced": true },
    ),
  ),
});

const output = t.Object({
  messageId: t.String(),
  accepted: t.Array(t.String(), { description: "Recipients that the server took." }),
  rejected: t.Array(t.String(), { description: "Recipients that the server refused; the others get the mail." }),
  response: t.String({ description: "The server's last reply." }),
});

type SendInput = Static<typeof input>;

/** Sends one mail. Until the last line of the message is sent, nothing is; just before it the call passes its commit point. */
export const sendMail = operation(
  {
    title: "Send mail",
    description:
      "Sends a mail. When the server's answer does not come, the outcome is unknown and the mail is not sent again by itself.",
    effect: "send",
    reversible: false,
    idempotency: "none",
    budget: "server",
    settings: smtpSettings,
    input,
    output,
    outcomes,
    attemptTimeoutMs: 60_000,
    examples: [
      {
        input: { to: "ada@example.com", subject: "Done", text: "10,000 rows were loaded." },
        output: { messageId: "<5f2c@example.com>", accepted: ["ada@example.com"], rejected: [], response: "250 OK" },
      },
    ],
  },
  native({ reason: "Speaks SMTP.", uses: ["network"], call: send }),
);

async function send(input: SendInput, ctx: NativeContext<SmtpSettings>): Promise<Static<typeof output>> {
  const mail = await compose(input, ctx.settings.from, ctx.idempotencyKey, new Date());
  const sent = await withServer(ctx, (server) => transmit(server, mail, ctx));
  return { messageId: mail.messageId, accepted: sent.accepted, rejected: sent.rejected, response: sent.response };
}

/**
 * Sends envelope and message. The message comes from a stream whose end waits for the commit point, and only its end makes the session send
 * the line with the single dot that hands the mail over (RFC 5321 §4.1.1.4): without that line a server drops what it has read.
 */
function transmit(
  server: SMTPConnection,
  mail: ComposedMail,
  ctx: NativeContext<SmtpSettings>,
): Promise<SMTPConnection.SentMessageInfo> {
  return new Promise((resolve, reject) => {
    async function* message() {
      yield mail.bytes;
      try {
        await ctx.commitPoint();
      } catch (error) {
        reject(error);
        throw error;
      }
    }
    server.send({ ...mail.envelope, size: mail.bytes.length }, Readable.from(message(), { objectMode: false }), (error, info) => {
      if (error || !info) reject(error ?? new Error("The mail server gave no answer."));
      else resolve(info);
    });
  });
}
