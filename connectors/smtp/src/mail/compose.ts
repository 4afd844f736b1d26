import { createHash } from "node:crypto";
import { MortiseError } from "@mortise/sdk";
import MailComposer from "nodemailer/lib/mail-composer";
import { addresses, type Mailbox, refuseLineBreaks } from "./addresses.ts";

/** What a mail is made of. */
export interface MailInput {
  readonly to: string | readonly string[];
  readonly cc?: string | readonly string[];
  readonly bcc?: string | readonly string[];
  readonly replyTo?: string;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments?: readonly { readonly filename: string; readonly contentBase64: string; readonly contentType?: string }[];
}

/** A mail as it goes over the wire (RFC 5322), with its envelope. */
export interface ComposedMail {
  readonly bytes: Buffer;
  readonly messageId: string;
  readonly envelope: { readonly from: string; readonly to: string[] };
}

/** All attachments together, bytes (25 MB). */
const MAX_ATTACHED = 25_000_000;

/** Builds the mail. The same key gives the same Message-ID, so that mail systems can tell a repeat. Bcc is in the envelope only. */
export async function compose(input: MailInput, sender: string, key: string, date: Date): Promise<ComposedMail> {
  if (input.text === undefined && input.html === undefined) {
    throw new MortiseError("INVALID_INPUT", "The mail has neither text nor html.", { path: "/text" });
  }
  refuseLineBreaks(input.subject, "/subject");
  const from = only(addresses(sender, "/settings/from"), "/settings/from");
  const to = addresses(input.to, "/to");
  const cc = addresses(input.cc, "/cc");
  const bcc = addresses(input.bcc, "/bcc");
  const messageId = `<${createHash("sha256").update(key).digest("hex").slice(0, 40)}@${from.address.split("@").at(-1)}>`;
  const mail = new MailComposer({
    from: { ...from },
    to: [...to],
    cc: [...cc],
    replyTo: [...addresses(input.replyTo, "/replyTo")],
    subject: input.subject,
    ...(input.text !== undefined && { text: input.text }),
    ...(input.html !== undefined && { html: input.html }),
    attachments: attached(input.attachments ?? []),
    messageId,
    date,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const bytes = await mail.compile().build();
  const recipients = [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))];
  return { bytes, messageId, envelope: { from: from.address, to: recipients } };
}

function only(found: readonly Mailbox[], path: string): Mailbox {
  const [first, second] = found;
  if (first && !second) return first;
  throw new MortiseError("MISCONFIGURED", `The sender has ${found.length} addresses, one is needed.`, { path });
}

function attached(given: NonNullable<MailInput["attachments"]>) {
  let size = 0;
  return given.map(({ filename, contentBase64, contentType }, index) => {
    refuseLineBreaks(filename, `/attachments/${index}/filename`);
    refuseLineBreaks(contentType ?? "", `/attachments/${index}/contentType`);
    const content = Buffer.from(contentBase64, "base64");
    if (content.toString("base64").replace(/=+$/, "") !== contentBase64.replace(/\s+/g, "").replace(/=+$/, "")) {
      throw new MortiseError("INVALID_INPUT", `The content of ${filename} is not base64.`, {
        path: `/attachments/${index}/contentBase64`,
      });
    }
    size += content.length;
    if (size > MAX_ATTACHED) {
      throw new MortiseError("LIMIT_EXCEEDED", `The attachments have more than ${MAX_ATTACHED} bytes.`, { path: "/attachments" });
    }
    return { filename, content, ...(contentType && { contentType }) };
  });
}
