import type { Json, JsonObject } from "@mortise/contract";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

const FIRST = 50;

/** Any JSON value as a tree that folds; the first two levels are open. */
export function JsonTree({ value }: { readonly value: Json }) {
  return (
    <ul className="tree">
      <Branch label={undefined} value={value} depth={0} />
    </ul>
  );
}

function Branch({ label, value, depth }: { readonly label: string | undefined; readonly value: Json; readonly depth: number }) {
  const { t } = useTranslation();
  const children = entriesOf(value);
  const [open, setOpen] = useState(depth < 2 && children.length <= FIRST);
  const [all, setAll] = useState(false);
  const name = label === undefined ? null : <span className="tree-key">{label}</span>;
  if (children.length === 0) {
    return (
      <li className="tree-leaf">
        {name}
        <Leaf value={value} />
      </li>
    );
  }
  const rows = (
    <ul className={depth === 0 ? "tree-rows" : "tree-rows tree-nested"}>
      {(all ? children : children.slice(0, FIRST)).map(([key, child]) => (
        <Branch key={key} label={key} value={child} depth={depth + 1} />
      ))}
      {!all && children.length > FIRST && (
        <li>
          <button type="button" className="tree-more" onClick={() => setAll(true)}>
            {t("data.more", { count: children.length - FIRST })}
          </button>
        </li>
      )}
    </ul>
  );
  if (depth === 0 && label === undefined) return <li>{rows}</li>;
  return (
    <li>
      <button type="button" className="tree-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} aria-hidden />
        {name}
        <span className="tree-size">
          {Array.isArray(value) ? t("data.items", { count: children.length }) : t("data.fields", { count: children.length })}
        </span>
      </button>
      {open && rows}
    </li>
  );
}

function Leaf({ value }: { readonly value: Json }) {
  const kind = value === null ? "null" : typeof value;
  return (
    <span className="tree-value" data-kind={kind}>
      {typeof value === "string" ? value || '""' : JSON.stringify(value)}
    </span>
  );
}

function entriesOf(value: Json): readonly (readonly [string, Json])[] {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, index) => [String(index), item] as const);
  return typeof value === "object" && value !== null ? Object.entries(value as JsonObject) : [];
}
