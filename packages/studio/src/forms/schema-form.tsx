import "./forms.css";
import type { Json, JsonObject } from "@mortise/contract";
import { joinPointer } from "@mortise/contract";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FieldRow } from "./field-row.tsx";
import type { Field } from "./fields.ts";

/** A form generated from a schema's fields. `pointer` is where the value stands in the document. */
export function SchemaForm(props: {
  readonly fields: readonly Field[];
  readonly value: JsonObject;
  readonly pointer: string;
  readonly onChange: (value: JsonObject, gesture: string) => void;
}) {
  const { t } = useTranslation();
  const { fields, value, pointer, onChange } = props;
  const [more, setMore] = useState(false);
  const set = (key: string) => (next: Json | undefined, gesture: string) => {
    const { [key]: _, ...rest } = value;
    onChange(next === undefined ? rest : { ...value, [key]: next }, gesture);
  };
  const row = (field: Field) => (
    <FieldRow
      key={field.key}
      field={field}
      value={value[field.key]}
      pointer={pointer + joinPointer(field.key)}
      onChange={set(field.key)}
    />
  );
  const basic = fields.filter((field) => !field.advanced || value[field.key] !== undefined);
  const advanced = fields.filter((field) => !basic.includes(field));
  if (fields.length === 0) return <p className="m-meta">{t("form.nothing")}</p>;
  return (
    <div className="form">
      {basic.map(row)}
      {advanced.length > 0 && (
        <>
          <button type="button" className="form-more" aria-expanded={more} onClick={() => setMore(!more)}>
            <IconChevronRight size={14} className="form-more-icon" aria-hidden />
            {t("form.more", { count: advanced.length })}
          </button>
          {more && advanced.map(row)}
        </>
      )}
    </div>
  );
}
