import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const phone = defineFieldTransformer({
  name: "phone",
  title: "Write a phone number",
  description:
    "Writes a phone number in the international form (ITU-T E.164), such as +4930123456. Whether the number is in use is not checked.",
  group: "format",
  params: {
    callingCode: Type.Optional(
      Type.String({
        title: "Calling code",
        minLength: 1,
        "x-placeholder": "49",
        "x-help": "Of numbers that name no country. Absent: those fail.",
      }),
    ),
    trunk: Type.Optional(
      Type.String({
        title: "Trunk prefix",
        default: "0",
        "x-help": "What numbers inside of the country begin with; it is dropped.",
      }),
    ),
  },
  takes: KIND.string,
  expected: "phone number",
  result: () => ({ type: "string" }),
  check: ({ callingCode }, context) => {
    if (callingCode !== undefined && !/^[1-9]\d{0,2}$/.test(callingCode))
      context.report("error", "INVALID_VALUE", "/callingCode", `"${callingCode}" is no calling code such as 49 or 1`);
  },
  compile:
    ({ callingCode, trunk = "0" }) =>
    (value) => {
      const text = (value as string).trim().replace(/\s*(?:ext\.?|x)\s*\d+$/i, "");
      if (text.length > 40 || !/^\+?[\d\s()./-]+$/.test(text)) return undefined;
      const digits = text.replaceAll(/\((0)\)/g, text.startsWith("+") || text.startsWith("00") ? "" : "$1").replaceAll(/\D/g, "");
      const made = text.startsWith("+")
        ? digits
        : digits.startsWith("00")
          ? digits.slice(2)
          : national(digits, callingCode, trunk);
      return made !== undefined && /^[1-9]\d{6,14}$/.test(made) ? `+${made}` : undefined;
    },
});

function national(digits: string, callingCode: string | undefined, trunk: string): string | undefined {
  if (callingCode === undefined) return undefined;
  return callingCode + (trunk !== "" && digits.startsWith(trunk) ? digits.slice(trunk.length) : digits);
}
