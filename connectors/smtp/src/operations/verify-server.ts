import { type NativeContext, native, operation, t } from "@mortise/sdk";
import { outcomes } from "../outcomes.ts";
import { withServer } from "../session/with-server.ts";
import { type SmtpSettings, smtpSettings } from "../settings.ts";

/** Proves that the connection works, without sending a mail: greeting, encryption, sign-in. */
export const verify = operation(
  {
    title: "Verify",
    description: "Connects and signs in without sending anything.",
    effect: "read",
    budget: "server",
    settings: smtpSettings,
    input: t.Object({}),
    output: t.Object({ encrypted: t.Boolean(), signedIn: t.Boolean() }),
    outcomes,
    examples: [{ input: {}, output: { encrypted: true, signedIn: true } }],
  },
  native({ reason: "Speaks SMTP.", uses: ["network"], call: verifyServer }),
);

function verifyServer(_input: object, ctx: NativeContext<SmtpSettings>): Promise<{ encrypted: boolean; signedIn: boolean }> {
  return withServer(ctx, async (server) => ({ encrypted: server.secure, signedIn: server.authenticated }));
}
