import { Textarea } from "@mantine/core";
import type { Json } from "@mortise/contract";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { InputProps } from "./fixed-input.tsx";

/** Any value as JSON text: what no other editor can show. Text that is no JSON yet stays in the field and changes nothing. */
export function JsonInput({
  id,
  describedBy,
  invalid,
  value,
  pointer,
  onChange,
  label,
}: InputProps & {
  /** Its name, where no label stands beside it. */
  readonly label?: string;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => print(value));
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (print(read(text)) !== print(value)) setText(print(value));
  }
  const broken = text.trim() !== "" && read(text) === undefined;
  return (
    <Textarea
      id={id}
      aria-label={label}
      aria-describedby={describedBy}
      value={text}
      error={broken ? t("form.notJson") : invalid}
      rows={4}
      spellCheck={false}
      classNames={{ input: "input-code" }}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        const parsed = read(next);
        if (parsed !== undefined || next.trim() === "") onChange(parsed, pointer);
      }}
    />
  );
}

function print(value: Json | undefined): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

function read(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
