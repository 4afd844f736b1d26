import { basic, defineConnector, none } from "@mortise/sdk";
import { sendMail } from "./operations/send-mail.ts";
import { verify } from "./operations/verify-server.ts";
import { smtpSettings } from "./settings.ts";

/** Mail through any SMTP server (RFC 5321). */
export default defineConnector({
  name: "smtp",
  version: "1.0.0",
  title: "Mail (SMTP)",
  publisher: "mortise",
  description: "Sends mail through a mail server.",
  categories: ["messaging"],
  license: "Apache-2.0",
  icon: "icon.svg",
  support: "https://mortise.dev/support",
  settings: smtpSettings,
  hosts: ["{settings.host}"],
  auth: {
    password: basic({
      title: "User and password",
      help: "Those of the mailbox, or an application password where the provider asks for a second factor.",
      test: "verify",
    }),
    none: none({ title: "No sign-in", test: "verify" }),
  },
  budgets: { server: { concurrency: 5, scope: "connection" } },
  operations: { sendMail, verify },
  waivers: [
    {
      check: "MC043",
      path: "/privacy",
      reason: "The server is the one that the connection names; what it does with data is for its operator to say.",
      owner: "mortise",
      expires: "2027-11-30",
    },
  ],
  changelog: [
    {
      version: "1.0.0",
      date: "2026-11-21",
      changes: ["Send mail with attachments, and check that a server takes the credential."],
    },
  ],
});
