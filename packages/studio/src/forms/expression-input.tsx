import { Textarea } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { DataPicker } from "./data-picker.tsx";
import type { Field } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";

/** A CEL expression as text, with the data picker for paths. */
export function ExpressionInput({ id, describedBy, invalid, value, pointer, onChange }: InputProps & { readonly field: Field }) {
  const { t } = useTranslation();
  const [picking, setPicking] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const text = typeof value === "object" && value !== null && "$cel" in value ? String(value.$cel) : "";
  const write = (next: string) => onChange(next === "" ? undefined : { $cel: next }, pointer);
  const insert = (expression: string) => {
    const at = area.current?.selectionStart ?? text.length;
    write(text.slice(0, at) + expression + text.slice(area.current?.selectionEnd ?? at));
    setPicking(false);
  };
  return (
    <div className="expression">
      <Textarea
        id={id}
        ref={area}
        aria-describedby={describedBy}
        error={invalid}
        value={text}
        rows={1}
        spellCheck={false}
        placeholder={t("form.expressionHint")}
        classNames={{ input: "input-code" }}
        onChange={(event) => write(event.currentTarget.value)}
      />
      <DataPicker opened={picking} onClose={() => setPicking(false)} onPick={insert}>
        <button type="button" className="pills-add" onClick={() => setPicking(!picking)} aria-haspopup="dialog">
          <IconPlus size={14} aria-hidden />
          {t("data.add")}
        </button>
      </DataPicker>
    </div>
  );
}
