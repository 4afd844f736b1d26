import { ActionIcon, Button, TextInput } from "@mantine/core";
import { type Json, type JsonObject, joinPointer } from "@mortise/contract";
import { IconAdjustments, IconArrowRight, IconPlus, IconTrash } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { FieldRow } from "./field-row.tsx";
import { type Field, startValue } from "./fields.ts";
import { fits } from "./fits.ts";
import { FixedInput, type InputProps } from "./fixed-input.tsx";
import { useColumns, useForm } from "./form-context.tsx";

/** Values that fit on one line beside their name. */
const SHORT: ReadonlySet<string> = new Set(["text", "column", "select", "number"]);

/** Values by names that people choose, such as headers or the cases of a branch. */
export function MapInput({ field, id, value, pointer, onChange }: InputProps & { readonly field: Field }) {
  const { t } = useTranslation();
  const { computed, issues } = useForm();
  const known = useColumns();
  const listId = useId();
  const entries = Object.entries((value ?? {}) as JsonObject);
  const item: Field = field.item ?? {
    key: "",
    kind: "any",
    title: "",
    required: false,
    advanced: false,
    schema: {},
    typeName: "any",
  };
  const taken = entries.map(([key]) => key);
  const columns = field.ofColumns ? known : [];
  const short = item.modes || computed ? undefined : (item.variants?.[0] ?? item);
  const [full, setFull] = useState<readonly number[]>([]);
  const add = () => {
    const name = columns.find((column) => !taken.includes(column)) ?? freeKey(taken);
    const start: Json =
      computed && (item.kind === "switch" || item.kind === "any")
        ? { $cel: item.kind === "switch" ? "true" : "" }
        : startValue(item);
    onChange({ ...((value ?? {}) as JsonObject), [name]: start }, `${pointer}:add:${name}`);
  };
  return (
    <fieldset className="group" aria-labelledby={id}>
      {columns.length > 0 && (
        <datalist id={listId}>
          {columns.map((column) => (
            <option key={column} value={column} />
          ))}
        </datalist>
      )}
      {entries.map(([key, each], index) => {
        const at = pointer + joinPointer(key);
        const set = (next: Json | undefined, gesture: string) =>
          onChange({ ...((value ?? {}) as JsonObject), [key]: next ?? startValue(item) }, gesture);
        const name = (
          <KeyInput
            name={key}
            taken={taken}
            {...(columns.length > 0 ? { list: listId } : {})}
            onRename={(next) =>
              onChange(Object.fromEntries(entries.map(([other, of]) => [other === key ? next : other, of])), `${pointer}:rename`)
            }
          />
        );
        const remove = (
          <ActionIcon
            size={24}
            aria-label={t("form.removeEntry", { name: key })}
            onClick={() => onChange(Object.fromEntries(entries.filter(([other]) => other !== key)), `${pointer}:remove`)}
          >
            <IconTrash size={14} />
          </ActionIcon>
        );
        const title = t("form.valueOf", { name: key });
        const problems = issues.filter(({ path }) => path === at || path.startsWith(`${at}/`));
        if (short && SHORT.has(short.kind) && fits(short, each) && !full.includes(index)) {
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the key itself is edited; its place stays.
            <div className="entry-short" key={index} data-pointer={at}>
              {name}
              <IconArrowRight size={14} aria-hidden className="m-muted" />
              <div className="entry-value">
                <label className="m-hidden" htmlFor={`${listId}-${index}`}>
                  {title}
                </label>
                <FixedInput
                  id={`${listId}-${index}`}
                  field={{ ...short, title, required: true }}
                  invalid={problems.length > 0}
                  value={each}
                  pointer={at}
                  onChange={set}
                />
              </div>
              <span className="entry-tools">
                {item.variants && (
                  <ActionIcon size={24} aria-label={t("form.options", { name: key })} onClick={() => setFull([...full, index])}>
                    <IconAdjustments size={14} />
                  </ActionIcon>
                )}
                {remove}
              </span>
              {problems.map((problem) => (
                <p key={problem.code + problem.message} className="entry-problem" data-severity={problem.severity}>
                  {problem.message}
                </p>
              ))}
            </div>
          );
        }
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the key itself is edited; its place stays.
          <div className="entry" key={index}>
            {name}
            <FieldRow field={{ ...item, title, required: false }} value={each} pointer={at} onChange={set} action={remove} />
          </div>
        );
      })}
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} className="group-add" onClick={add}>
        {t("form.addEntry")}
      </Button>
    </fieldset>
  );
}

/** A name is changed when the field is left, so that half-typed names never reach the document. */
function KeyInput(props: {
  readonly name: string;
  readonly taken: readonly string[];
  readonly onRename: (name: string) => void;
  /** Id of a list of names that are offered. */
  readonly list?: string;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(props.name);
  const [shown, setShown] = useState(props.name);
  if (shown !== props.name) {
    setShown(props.name);
    setText(props.name);
  }
  const clash = text !== props.name && (text === "" || props.taken.includes(text));
  const commit = () => {
    if (text === props.name) return;
    if (clash) setText(props.name);
    else props.onRename(text);
  };
  return (
    <TextInput
      aria-label={t("form.nameOf", { name: props.name })}
      value={text}
      list={props.list}
      error={clash}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}

function freeKey(taken: readonly string[]): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? "name" : `name${count}`;
    if (!taken.includes(name)) return name;
  }
}
