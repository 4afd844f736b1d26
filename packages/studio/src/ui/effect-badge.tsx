import type { Effect } from "@mortise/contract";
import { useTranslation } from "react-i18next";

/** What an operation does to the other system. */
export function EffectBadge({ effect }: { readonly effect: Effect }) {
  const { t } = useTranslation();
  return (
    <span className="tag" data-effect={effect}>
      {t(`effect.${effect}`)}
    </span>
  );
}

/** A small neutral label. */
export function Tag({ children }: { readonly children: string }) {
  return <span className="tag">{children}</span>;
}
