import { ExactDecimal } from "./exact-decimal.ts";

/** How numbers are written in a place. */
export interface NumberStyle {
  readonly decimal: "." | ",";
  readonly group: string;
  /** Digits of the groups before the last one: 3, in India 2. */
  readonly groupSize: 2 | 3;
  /** A number of only four digits before the point is not grouped. */
  readonly fromFive: boolean;
  /** What follows a percentage. */
  readonly percent: string;
}

const POINT: NumberStyle = { decimal: ".", group: ",", groupSize: 3, fromFive: false, percent: "%" };
const COMMA: NumberStyle = { decimal: ",", group: ".", groupSize: 3, fromFive: false, percent: "\u00a0%" };
const SPACE: NumberStyle = { decimal: ",", group: "\u00a0", groupSize: 3, fromFive: false, percent: "\u00a0%" };

/** Written here and not taken from the platform, so that a browser and a server of different versions agree (after CLDR 46). */
const STYLES = {
  en: POINT,
  "en-IN": { ...POINT, groupSize: 2 },
  de: COMMA,
  "de-CH": { ...POINT, group: "’" },
  "de-AT": { ...COMMA, group: "\u00a0" },
  fr: { ...SPACE, group: "\u202f", percent: "\u202f%" },
  es: { ...COMMA, fromFive: true },
  it: { ...COMMA, percent: "%" },
  nl: { ...COMMA, percent: "%" },
  "pt-BR": { ...COMMA, percent: "%" },
  pt: { ...SPACE, fromFive: true, percent: "%" },
  da: COMMA,
  sv: SPACE,
  nb: SPACE,
  fi: SPACE,
  pl: { ...SPACE, fromFive: true, percent: "%" },
  cs: SPACE,
  sk: SPACE,
  hu: { ...SPACE, percent: "%" },
  ro: COMMA,
  tr: { ...COMMA, percent: "%" },
  el: { ...COMMA, percent: "%" },
  ru: SPACE,
  uk: { ...SPACE, percent: "%" },
  ja: POINT,
  zh: POINT,
  ko: POINT,
} as const satisfies { readonly [locale: string]: NumberStyle };

/** A locale whose way to write numbers is known. */
export type NumberLocale = keyof typeof STYLES;

/** Every {@link NumberLocale} (BCP 47). */
export const NUMBER_LOCALES: readonly NumberLocale[] = Object.freeze(Object.keys(STYLES) as NumberLocale[]);

export function numberStyle(locale: NumberLocale): NumberStyle {
  return STYLES[locale];
}

/** Writes plain decimal text (`-1234.5`) in a style. */
export function writeNumber(plain: string, { decimal, group, groupSize, fromFive }: NumberStyle, grouping: boolean): string {
  const [whole = "", fraction] = plain.replace("-", "").split(".");
  const head = whole.slice(0, -3);
  const split = grouping && head !== "" && !(fromFive && whole.length === 4);
  const groups = groupSize === 2 ? /\B(?=(?:\d{2})+$)/g : /\B(?=(?:\d{3})+$)/g;
  const shown = split ? head.replaceAll(groups, group) + group + whole.slice(-3) : whole;
  return `${plain.startsWith("-") ? "-" : ""}${shown}${fraction === undefined ? "" : decimal + fraction}`;
}

const BLANKS = /[\u0020\u00a0\u202f\u2009]/g;
/** Longer texts are no numbers. */
const MAX_LENGTH = 64;

/** Reads a number in a style; groups must stand where they belong, blanks and apostrophes of any kind are alike. */
export function readNumber(text: string, style: NumberStyle): number | undefined {
  return readExact(text, style)?.toNumber();
}

/** The same, with all digits. */
export function readExact(text: string, style: NumberStyle): ExactDecimal | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const isPercent = /%\s*$/.test(text);
  const bare = fold(text.trim().replace(/\s*%$/, ""));
  const sign = /^[-−+]/.exec(bare)?.[0] ?? "";
  const [whole = "", fraction, more] = bare.slice(sign.length).split(style.decimal);
  const group = fold(style.group);
  const grouped = group !== "" && whole.includes(group);
  const parts = grouped ? whole.split(group) : [whole];
  const inner = parts.slice(1, -1).every((part) => part.length === style.groupSize);
  if (
    more !== undefined ||
    (grouped && !(inner && parts.at(-1)?.length === 3 && parts[0] !== "" && (parts[0]?.length ?? 0) <= 3))
  )
    return undefined;
  const digits = parts.join("");
  if (!/^\d*$/.test(digits) || !/^\d*$/.test(fraction ?? "") || digits + (fraction ?? "") === "") return undefined;
  const exact = ExactDecimal.of(`${sign === "" || sign === "+" ? "" : "-"}${digits}.${fraction ?? ""}`);
  return isPercent ? exact?.times(new ExactDecimal(1n, 2)) : exact;
}

function fold(text: string): string {
  return text.replaceAll(BLANKS, " ").replaceAll("’", "'");
}
