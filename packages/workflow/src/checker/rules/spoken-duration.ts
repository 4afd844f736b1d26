/** A length of time as people say it: two units, rounded. */
export function spoken(ms: number): string {
  const units = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ] as const;
  const largest = units.findIndex(([unit]) => ms >= unit);
  const [unit, name] = units[largest] ?? ([1, "ms"] as const);
  const [smaller, smallerName] = units[largest + 1] ?? ([unit, ""] as const);
  const rounded = Math.round(ms / smaller) * smaller;
  const rest = Math.round((rounded % unit) / smaller);
  return rest === 0 || smaller === unit
    ? `${Math.floor(rounded / unit)} ${name}`
    : `${Math.floor(rounded / unit)} ${name} ${rest} ${smallerName}`;
}
