import { defineTextRule } from "./define-text-rule.ts";

/** What follows the country's letters (European Commission, VIES; Switzerland, Norway and the United Kingdom by their authorities). */
const PATTERNS: { readonly [country: string]: RegExp } = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^([A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  GB: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^\d{9}B\d{2}$/,
  NO: /^\d{9}(MVA)?$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{12}$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
};
const SWISS = /^CHE\d{9}(MWST|TVA|IVA)?$/;

export const vatId = defineTextRule({
  name: "vatId",
  title: "VAT number",
  description:
    "The text is written as a VAT number of a country of the European Union, Northern Ireland, Great Britain, Norway or Switzerland. Whether it was given to somebody is not checked.",
  expected: "a VAT number",
  test: (text) => {
    const plain = text.replaceAll(/[ .-]/g, "").toUpperCase();
    const country = plain.slice(0, 2);
    return SWISS.test(plain) || (Object.hasOwn(PATTERNS, country) && PATTERNS[country]?.test(plain.slice(2)) === true);
  },
});
