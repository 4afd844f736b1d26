import { MortiseError } from "@mortise/sdk";
import addressparser from "nodemailer/lib/addressparser";

/** One mailbox (RFC 5322 §3.4). */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** Local part and domain without blanks and the characters that only a quoted local part may have (RFC 5321 §4.1.2). */
const ADDRESS = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()\\,;:"]{1,255}$/;

/** Angle brackets come in pairs; otherwise a text that starts with one address could end with another. */
const PAIRED = /^[^<>]*(?:<[^<>]*>[^<>]*)*$/;
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/** Reads one or more addresses, each `ada@example.com` or `Ada <ada@example.com>`. Throws `INVALID_INPUT` naming the one that is none. */
export function addresses(given: string | readonly string[] | undefined, path: string): readonly Mailbox[] {
  const texts = typeof given === "string" ? [given] : (given ?? []);
  return texts.flatMap((text, index) => {
    const place = typeof given === "string" ? path : `${path}/${index}`;
    refuseLineBreaks(text, place);
    if (!PAIRED.test(text.replaceAll(QUOTED, ""))) throw notAnAddress(text, place);
    const found = addressparser(text, { flatten: true });
    const bad = found.find(({ address }) => !ADDRESS.test(address));
    if (found.length === 0 || bad) throw notAnAddress(bad?.address || bad?.name || text, place);
    return found.map(({ name, address }) => ({ name, address }));
  });
}

/** Throws `INVALID_INPUT` for text that would start a header of its own (header injection). */
export function refuseLineBreaks(text: string, path: string): void {
  if (!/[\r\n\0]/.test(text)) return;
  throw new MortiseError("INVALID_INPUT", `${path} has a line break, which a mail header cannot have.`, {
    path,
    remedy: "Remove the line break; other text belongs into the body.",
  });
}

function notAnAddress(text: string, path: string): MortiseError {
  return new MortiseError("INVALID_INPUT", `${JSON.stringify(text)} is no e-mail address.`, {
    path,
    remedy: "Write ada@example.com or Ada <ada@example.com>.",
  });
}
