/** Minor units of the currencies that do not have two (ISO 4217). */
const MINOR_UNITS: { readonly [code: string]: number } = {
  ...units(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
  ...units(3, "BHD IQD JOD KWD LYD OMR TND"),
  ...units(4, "CLF UYW"),
};

const CODES: ReadonlySet<string> = new Set(
  (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY " +
    "COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD " +
    "IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN " +
    "MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD " +
    "SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF " +
    "YER ZAR ZMW ZWG"
  ).split(" "),
);

/** Signs that stand for one currency alone, and those that are read as the most used of several. */
const SIGNS: { readonly [sign: string]: string } = {
  "€": "EUR",
  $: "USD",
  "£": "GBP",
  "¥": "JPY",
  "₹": "INR",
  "₩": "KRW",
  "₽": "RUB",
  "₺": "TRY",
  "₴": "UAH",
  "₫": "VND",
  "₪": "ILS",
  "฿": "THB",
  "₦": "NGN",
  "₱": "PHP",
};

/** Whether it is the code of a currency in use (ISO 4217, list one; upper case). */
export function isCurrency(code: string): boolean {
  return CODES.has(code);
}

/** Digits after the point of an amount in that currency (ISO 4217); 2 for one that is not known. */
export function minorUnitsOf(code: string): number {
  return Object.hasOwn(MINOR_UNITS, code) ? (MINOR_UNITS[code] ?? 2) : 2;
}

/** The code of a currency by its code in any case or by its sign; undefined for anything else. */
export function currencyOf(text: string): string | undefined {
  const plain = text.trim().toUpperCase();
  if (CODES.has(plain)) return plain;
  return Object.hasOwn(SIGNS, plain) ? SIGNS[plain] : undefined;
}

function units(count: number, codes: string): { readonly [code: string]: number } {
  return Object.fromEntries(codes.split(" ").map((code) => [code, count]));
}
