import { type Static, t } from "@mortise/sdk";

/** What a connection of this connector is configured with. */
export const smtpSettings = t.Object({
  host: t.String({
    title: "Host",
    description: "Name or address of the mail server.",
    minLength: 1,
    pattern: "^[A-Za-z0-9._:\\[\\]-]+$",
    "x-help": "the name or address of a host",
    "x-order": 1,
    "x-placeholder": "smtp.example.com",
  }),
  port: t.Optional(
    t.Integer({
      title: "Port",
      description: "Absent: 465 for tls, 587 for starttls, 25 for none.",
      minimum: 1,
      maximum: 65_535,
      "x-order": 2,
    }),
  ),
  secure: t.Optional(
    t.Union([t.Literal("starttls"), t.Literal("tls"), t.Literal("none")], {
      title: "Encryption",
      description:
        "starttls: the session is encrypted after the greeting. tls: from the first byte. none: plain, only for servers on your own network.",
      default: "starttls",
      "x-order": 3,
    }),
  ),
  from: t.String({
    title: "Sender",
    description: "Address that mails come from, with a name or without.",
    minLength: 3,
    "x-order": 4,
    "x-steers": false,
    "x-placeholder": "Reports <reports@example.com>",
  }),
  ca: t.Optional(
    t.String({
      title: "Certificate authority",
      description: "PEM, where the server's certificate is from your own authority.",
      "x-widget": "textarea",
      "x-advanced": true,
    }),
  ),
});

export type SmtpSettings = Static<typeof smtpSettings>;
