import type { Json } from "@mortise/contract";
import { KIND } from "../../schema/kinds.ts";
import { isEmailAddress } from "../../text/email-address.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

const TEXT = Object.freeze({ type: "string" as const });
/** Longer texts are no addresses; also bounds the time of the pattern. */
const MAX_LENGTH = 1_000;

export const parseEmail = defineFieldTransformer({
  name: "parseEmail",
  title: "Take an e-mail address apart",
  description:
    'Reads an address such as "Ada Lovelace <ada@Example.org>" (RFC 5322) into name, address, local part and domain, the domain in lower case.',
  group: "format",
  params: {},
  takes: KIND.string,
  expected: "e-mail address",
  result: () => ({
    type: "object",
    properties: { address: TEXT, local: TEXT, domain: TEXT, name: { type: ["string", "null"] } },
    required: ["address", "local", "domain", "name"],
    additionalProperties: false,
  }),
  compile:
    () =>
    (value): Json | undefined => {
      const text = (value as string).trim();
      if (text.length > MAX_LENGTH) return undefined;
      const bracket = text.endsWith(">") ? text.lastIndexOf("<") : -1;
      const written = bracket < 0 ? text : text.slice(bracket + 1, -1).trim();
      if (!isEmailAddress(written)) return undefined;
      const at = written.lastIndexOf("@");
      const [local, domain] = [written.slice(0, at), written.slice(at + 1).toLowerCase()];
      const name =
        bracket < 0
          ? ""
          : text
              .slice(0, bracket)
              .trim()
              .replace(/^"(.*)"$/, "$1")
              .replaceAll(/\\(.)/g, "$1");
      return { address: `${local}@${domain}`, local, domain, name: name === "" ? null : name };
    },
});
