import { linearPattern } from "../expressions/linear-pattern.ts";

const EMAIL = String.raw`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~\x60-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$`;

/** Whether the text is an e-mail address (RFC 5321, without quotes and address literals). */
export function isEmailAddress(text: string): boolean {
  const pattern = linearPattern(EMAIL);
  return text.length <= 254 && !/^\.|\.\.|\.@/.test(text) && typeof pattern === "object" && pattern.test(text);
}
