import { useTranslation } from "react-i18next";

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** A moment as "5 minutes ago", the exact one on hover. */
export function Ago({ atMs }: { readonly atMs: number }) {
  const { i18n } = useTranslation();
  const passed = atMs - Date.now();
  const [unit, ms] = STEPS.find(([, length]) => Math.abs(passed) >= length) ?? (["second", 1_000] as const);
  const text = new Intl.RelativeTimeFormat(i18n.language, { numeric: "auto" }).format(Math.round(passed / ms), unit);
  return (
    <time dateTime={new Date(atMs).toISOString()} title={new Date(atMs).toLocaleString(i18n.language)} className="m-number">
      {text}
    </time>
  );
}
