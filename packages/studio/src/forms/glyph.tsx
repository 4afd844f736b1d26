import { useTranslation } from "react-i18next";
import type { DataType } from "./scope-tree.ts";

const GLYPHS: { readonly [type in DataType]: string } = {
  text: "T",
  number: "#",
  boolean: "◐",
  date: "◷",
  email: "@",
  list: "[]",
  object: "{}",
  file: "⛶",
  any: "·",
};

/** The sign of a data type, with its word for screen readers. */
export function Glyph({ type }: { readonly type: DataType }) {
  const { t } = useTranslation();
  return (
    <span className="glyph" title={t(`data.${type}`)}>
      <span aria-hidden>{GLYPHS[type]}</span>
      <span className="m-hidden">{t(`data.${type}`)}</span>
    </span>
  );
}
