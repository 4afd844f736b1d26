import Type from "typebox";
import { describeValue } from "../schema/describe-value.ts";
import { fieldOf } from "../transformers/records.ts";
import { defineFieldRule } from "./define-rule.ts";

/** How postal codes are written, by country (Universal Postal Union, addressing systems). */
const PATTERNS: { readonly [country: string]: RegExp } = {
  ...alike(/^\d{4}$/, "AT AU BE BG CH DK HU NO NZ SI ZA"),
  ...alike(/^\d{5}$/, "DE EE FI FR HR IT KR MX TR UA"),
  ...alike(/^\d{6}$/, "CN RO SG"),
  ...alike(/^\d{3} ?\d{2}$/, "CZ GR SE SK"),
  BR: /^\d{5}-?\d{3}$/,
  CA: /^[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d$/,
  ES: /^(0[1-9]|[1-4]\d|5[0-2])\d{3}$/,
  GB: /^(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})$/,
  IE: /^[A-Z]\d[\dW] ?[A-Z\d]{4}$/,
  IL: /^\d{5}(\d{2})?$/,
  IN: /^[1-9]\d{2} ?\d{3}$/,
  JP: /^\d{3}-\d{4}$/,
  LT: /^(LT-)?\d{5}$/,
  LU: /^(L-)?\d{4}$/,
  LV: /^(LV-)?\d{4}$/,
  NL: /^[1-9]\d{3} ?[A-Z]{2}$/,
  PL: /^\d{2}-\d{3}$/,
  PT: /^\d{4}-\d{3}$/,
  US: /^\d{5}(-\d{4})?$/,
};

export const postalCode = defineFieldRule({
  name: "postalCode",
  title: "Postal code",
  description: "The text is written as postal codes of its country are. Of a country that is not known here every text passes.",
  params: {
    country: Type.Optional(
      Type.String({ title: "Country", minLength: 2, "x-placeholder": "DE", "x-help": "ISO 3166-1 code, of all rows." }),
    ),
    countryField: Type.Optional(
      Type.String({ title: "Country field", minLength: 1, "x-help": "Instead: the field that holds the code." }),
    ),
  },
  compile: ({ country, countryField }, context) => {
    if ((country === undefined) === (countryField === undefined))
      context.report("error", "MISSING_KEY", "", '"postalCode" needs either "country" or "countryField"');
    if (country !== undefined && !Object.hasOwn(PATTERNS, country))
      context.report(
        "error",
        "INVALID_VALUE",
        "/country",
        `postal codes of "${country}" are not known; there are: ${Object.keys(PATTERNS).sort().join(", ")}`,
      );
    if (countryField !== undefined) context.checkField(countryField, "/countryField");
    return (value, row) => {
      const code = country ?? fieldOf(row, countryField ?? "");
      const text = typeof value === "number" ? String(value) : value;
      if (typeof text !== "string") return `must be a postal code, found ${describeValue(value)}`;
      const pattern = typeof code === "string" && Object.hasOwn(PATTERNS, code) ? PATTERNS[code] : undefined;
      return pattern === undefined || pattern.test(text.trim()) ? undefined : `must be a postal code of ${code}`;
    };
  },
});

function alike(pattern: RegExp, countries: string): { readonly [country: string]: RegExp } {
  return Object.fromEntries(countries.split(" ").map((country) => [country, pattern]));
}
