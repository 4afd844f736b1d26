import { Popover, TextInput } from "@mantine/core";
import { IconChevronRight, IconSearch } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import { useTranslation } from "react-i18next";
import { useForm } from "./form-context.tsx";
import { Glyph } from "./glyph.tsx";
import { type ScopeRow, searchScope } from "./scope-tree.ts";

/** A popover with the data of earlier steps; choosing a row hands over the CEL that reads it. */
export function DataPicker(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onPick: (expression: string) => void;
  /** What it opens at. */
  readonly children: ReactElement;
}) {
  const { t } = useTranslation();
  return (
    <Popover
      opened={props.opened}
      onChange={(opened) => !opened && props.onClose()}
      position="bottom-end"
      width={360}
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>{props.children}</Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("data.title")}>
        {props.opened && <Tree onPick={props.onPick} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Tree({ onPick }: { readonly onPick: (expression: string) => void }) {
  const { t } = useTranslation();
  const { scope } = useForm();
  const [words, setWords] = useState("");
  const rows = searchScope(scope ?? [], words);
  return (
    <div className="picker">
      <TextInput
        className="picker-search"
        data-autofocus
        leftSection={<IconSearch size={14} />}
        placeholder={t("data.search")}
        aria-label={t("data.search")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {rows.length === 0 ? (
        <p className="picker-empty">{t(scope === undefined ? "data.unknown" : words === "" ? "data.none" : "data.noMatch")}</p>
      ) : (
        <ul className="picker-rows">
          {rows.map((row) => (
            <Row key={row.expression} row={row} depth={0} open={words !== ""} onPick={onPick} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Row(props: {
  readonly row: ScopeRow;
  readonly depth: number;
  readonly open: boolean;
  readonly onPick: (expression: string) => void;
}) {
  const { t } = useTranslation();
  const { row, depth } = props;
  const [opened, setOpened] = useState(depth < 2);
  const shown = opened || props.open;
  const branches = row.children.length > 0;
  return (
    <li>
      <div className="picker-row" style={{ paddingInlineStart: 8 + depth * 16 }}>
        {branches ? (
          <button
            type="button"
            className="picker-fold"
            aria-expanded={shown}
            aria-label={t("data.fold", { name: row.label })}
            onClick={() => setOpened(!shown)}
          >
            <IconChevronRight size={14} aria-hidden />
          </button>
        ) : (
          <span className="picker-fold" />
        )}
        <button type="button" className="picker-pick" title={row.expression} onClick={() => props.onPick(row.expression)}>
          <Glyph type={row.type} />
          <span className="m-clip">{row.label}</span>
        </button>
      </div>
      {branches && shown && (
        <ul className="picker-rows">
          {row.children.map((child) => (
            <Row key={child.expression} row={child} depth={depth + 1} open={props.open} onPick={props.onPick} />
          ))}
        </ul>
      )}
    </li>
  );
}
