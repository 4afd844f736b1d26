import { SegmentedControl } from "@mantine/core";
import type { Json, JsonObject } from "@mortise/contract";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { JsonTree } from "./json-tree.tsx";

const MAX_COLUMNS = 12;
const MAX_ROWS = 100;

/** Data of a run: a tree, and a table where it is, or holds, a list of records. */
export function RunData({ value }: { readonly value: Json }) {
  const { t } = useTranslation();
  const table = recordsOf(value);
  const [view, setView] = useState<string>(table && Array.isArray(value) ? "table" : "tree");
  return (
    <div className="data">
      {table && (
        <SegmentedControl
          size="xs"
          className="data-switch"
          aria-label={t("data.view")}
          data={[
            { value: "tree", label: t("data.tree") },
            { value: "table", label: t("data.table") },
          ]}
          value={view}
          onChange={setView}
        />
      )}
      {table && view === "table" ? <RecordTable records={table} /> : <JsonTree value={value} />}
    </div>
  );
}

/** A list of objects: the value itself, or the first one among its members. */
function recordsOf(value: Json): readonly JsonObject[] | undefined {
  if (isRecords(value)) return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.values(value as JsonObject).find(isRecords);
}

function isRecords(value: Json | undefined): value is readonly JsonObject[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === "object" && item !== null && !Array.isArray(item))
  );
}

function RecordTable({ records }: { readonly records: readonly JsonObject[] }) {
  const { t } = useTranslation();
  const columns = [...new Set(records.slice(0, MAX_ROWS).flatMap((record) => Object.keys(record)))].slice(0, MAX_COLUMNS);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="data-table" aria-label={t("data.table")} tabIndex={0}>
      <table className="table m-number">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.slice(0, MAX_ROWS).map((record, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own.
            <tr key={index}>
              {columns.map((column) => (
                <td key={column} className="m-clip" title={textOf(record[column])}>
                  {textOf(record[column])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {records.length > MAX_ROWS && <p className="m-meta">{t("data.more", { count: records.length - MAX_ROWS })}</p>}
    </section>
  );
}

function textOf(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
