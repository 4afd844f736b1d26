import { Modal, TextInput } from "@mantine/core";
import type { Effect } from "@mortise/contract";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { EffectBadge } from "../ui/effect-badge.tsx";
import { Tile } from "../ui/tile.tsx";
import { findChoices } from "./find-choices.ts";
import type { useCatalog } from "./use-catalog.ts";

interface Choice {
  readonly use: string;
  readonly title: string;
  readonly description: string;
  readonly group: string;
  readonly effect?: Effect;
}

/** Chooses what a new step does: core steps and the operations of every connector. */
export function StepPicker(props: {
  readonly opened: boolean;
  readonly catalog: ReturnType<typeof useCatalog>;
  readonly onPick: (use: string) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t("picker.title")}
      size={680}
      padding={0}
      classNames={{ header: "step-picker-header" }}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {props.opened && <Choices {...props} />}
    </Modal>
  );
}

function Choices({
  catalog,
  onPick,
}: {
  readonly catalog: ReturnType<typeof useCatalog>;
  readonly onPick: (use: string) => void;
}) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [group, setGroup] = useState<string>();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const all = useMemo(() => choicesOf(catalog, t("picker.core")), [catalog, t]);
  const groups = [...new Set(all.map((choice) => choice.group))];
  const shown = findChoices(
    all.filter((choice) => group === undefined || choice.group === group),
    words,
  );
  const active = shown[Math.min(at, shown.length - 1)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the active row is what moved.
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(shown.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter" && active) onPick(active.use);
    else return;
    event.preventDefault();
  };
  return (
    <div className="step-picker">
      <TextInput
        data-autofocus
        className="step-picker-search"
        leftSection={<IconSearch size={16} />}
        placeholder={t("picker.search")}
        aria-label={t("picker.search")}
        role="combobox"
        aria-expanded
        aria-controls="step-choices"
        aria-activedescendant={active ? choiceId(active) : undefined}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div className="step-picker-body">
        <fieldset className="step-picker-groups" aria-label={t("picker.groups")}>
          {[undefined, ...groups].map((each) => (
            <button
              key={each ?? ""}
              type="button"
              aria-pressed={group === each}
              onClick={() => {
                setGroup(each);
                setAt(0);
              }}
            >
              {each ?? t("picker.all")}
            </button>
          ))}
        </fieldset>
        <div
          className="step-picker-list"
          role="listbox"
          id="step-choices"
          aria-label={t("picker.title")}
          ref={list}
          tabIndex={-1}
        >
          {shown.map((choice, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the focus and handles the keys.
            <div
              key={choice.use}
              id={choiceId(choice)}
              role="option"
              tabIndex={-1}
              aria-selected={choice === active}
              className="choice"
              onMouseMove={() => at !== index && setAt(index)}
              onClick={() => onPick(choice.use)}
            >
              <Tile use={choice.use} size={36} />
              <span className="choice-words">
                <span className="choice-title">
                  {choice.title} <span className="m-meta">{choice.group}</span>
                </span>
                <span className="m-meta choice-text">{choice.description}</span>
              </span>
              {choice.effect && <EffectBadge effect={choice.effect} />}
            </div>
          ))}
          {shown.length === 0 && <p className="picker-empty">{t("picker.none")}</p>}
        </div>
      </div>
    </div>
  );
}

function choiceId(choice: Choice): string {
  return `choice-${choice.use.replaceAll(/[^\w-]/g, "_")}`;
}

function choicesOf({ core, connectors }: ReturnType<typeof useCatalog>, coreGroup: string): readonly Choice[] {
  return [
    ...core.map(({ use, title, description }) => ({ use, title, description, group: coreGroup })),
    ...connectors.flatMap((connector) =>
      connector.operations.map((operation) => ({
        use: `${connector.name}@${connector.version.split(".")[0]}/${operation.name}`,
        title: operation.title,
        description: operation.description ?? connector.description ?? "",
        group: connector.title,
        effect: operation.effect,
      })),
    ),
  ];
}
