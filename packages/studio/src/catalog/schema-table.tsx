import type { JsonSchema } from "@mortise/contract";
import { useTranslation } from "react-i18next";
import { type Field, fieldOf } from "../forms/fields.ts";

/** A schema as people read it: one line a field, nested fields indented. */
export function SchemaTable({ schema, label }: { readonly schema: JsonSchema; readonly label: string }) {
  const { t } = useTranslation();
  const rows = flatten(fieldOf("", schema, true), "", 0);
  if (rows.length === 0) return <p className="m-muted">{t("catalog.anything")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="table-scroll" aria-label={label} tabIndex={0}>
      <table className="table schema">
        <tbody>
          {rows.map(({ field, path, depth }) => (
            <tr key={path}>
              <td style={{ paddingInlineStart: 12 + depth * 20 }}>
                <span className="m-mono">{field.key || "[ ]"}</span>
                {field.required && field.key !== "" && <span className="field-required">*</span>}
              </td>
              <td className="m-muted">{t(`type.${field.typeName}`)}</td>
              <td>{field.help ?? field.title}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface Row {
  readonly field: Field;
  readonly path: string;
  readonly depth: number;
}

function flatten(field: Field, path: string, depth: number): readonly Row[] {
  const inner = field.children ?? (field.kind === "list" && field.item ? (field.item.children ?? []) : []);
  return inner.flatMap((child) => {
    const at = `${path}/${child.key}`;
    return [{ field: child, path: at, depth }, ...(depth < 6 ? flatten(child, at, depth + 1) : [])];
  });
}
