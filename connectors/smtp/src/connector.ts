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
  settings: smtpSettings,
  hosts: ["{settings.host}"],
  auth: {
    password: basic({ title: "User and password", test: "verify" }),
    none: none({ title: "No sign-in", test: "verify" }),
  },
  operations: { sendMail, verify },
  changelog: [
    {
      version: "1.0.0",
      date: "2026-11-21",
      changes: ["Send mail with attachments, and check that a server takes the credential."],
    },
  ],
});
