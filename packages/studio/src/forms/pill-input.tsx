import { Textarea } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { describePath, readSegments, type Segment, writeSegments } from "../document/value-mode.ts";
import { DataPicker } from "./data-picker.tsx";
import type { Field } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";

const TEXT_KINDS: ReadonlySet<string> = new Set(["text", "textarea", "code", "any", "variants", "date", "date-time", "json"]);

/** A value taken from earlier data, shown as pills; text fields mix pills with text. */
export function PillInput({ field, id, describedBy, invalid, value, pointer, onChange }: InputProps & { readonly field: Field }) {
  const { t } = useTranslation();
  const [picking, setPicking] = useState(false);
  const segments = readSegments(value);
  const takesText = TEXT_KINDS.has(field.kind);
  const write = (next: readonly Segment[]) => onChange(next.length === 0 ? undefined : writeSegments(next), pointer);
  const insert = (expression: string) => {
    write(takesText ? [...segments, { expression }] : [{ expression }]);
    setPicking(false);
  };
  const pick = (
    <DataPicker opened={picking} onClose={() => setPicking(false)} onPick={insert}>
      <button
        type="button"
        className="pills-add"
        id={segments.length === 0 || !takesText ? id : undefined}
        onClick={() => setPicking(!picking)}
        aria-haspopup="dialog"
      >
        <IconPlus size={14} aria-hidden />
        {t(segments.length === 0 ? "data.choose" : takesText ? "data.add" : "data.replace")}
      </button>
    </DataPicker>
  );
  const isLong = segments.some((segment) => "text" in segment && segment.text.includes("\n"));
  if (isLong && typeof value === "object" && value !== null && "$text" in value) {
    return (
      <div className="pills-long">
        <Textarea
          id={id}
          aria-describedby={describedBy}
          error={invalid}
          value={String(value.$text)}
          classNames={{ input: "input-lines" }}
          onChange={(event) => onChange({ $text: event.currentTarget.value }, pointer)}
        />
        <div className="pills-used">
          {segments.map((segment, index) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place.
            "expression" in segment ? <Pill key={`${index}:${segment.expression}`} expression={segment.expression} /> : null,
          )}
          {pick}
        </div>
      </div>
    );
  }
  const textAt = segments.findIndex((segment) => "text" in segment);
  return (
    <div className="pills" data-invalid={invalid || undefined}>
      {segments.map((segment, index) =>
        "expression" in segment ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place.
          <Pill key={index} expression={segment.expression} onRemove={() => write(segments.filter((_, at) => at !== index))} />
        ) : (
          <input
            // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place.
            key={index}
            id={index === textAt ? id : undefined}
            className="pills-text"
            aria-label={index === textAt ? undefined : t("data.textPart", { field: field.title })}
            value={segment.text}
            onChange={(event) => write(segments.map((each, at) => (at === index ? { text: event.currentTarget.value } : each)))}
          />
        ),
      )}
      {takesText && segments.length > 0 && !("text" in (segments.at(-1) as Segment)) && (
        <input
          className="pills-text"
          id={textAt < 0 ? id : undefined}
          aria-label={t("data.textPart", { field: field.title })}
          value=""
          onChange={(event) => write([...segments, { text: event.currentTarget.value }])}
        />
      )}
      {pick}
    </div>
  );
}

/** A piece of data inside a value. */
export function Pill({ expression, onRemove }: { readonly expression: string; readonly onRemove?: () => void }) {
  const { t } = useTranslation();
  const { label, source } = describePath(expression);
  return (
    <span className="pill" title={expression}>
      {source !== undefined && source !== label && <span className="pill-source">{source}</span>}
      <span className="pill-label m-clip">{label}</span>
      {onRemove && (
        <button type="button" className="pill-remove" aria-label={t("data.remove", { name: label })} onClick={onRemove}>
          <IconX size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}
