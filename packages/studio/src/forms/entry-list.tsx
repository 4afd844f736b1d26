import { ActionIcon } from "@mantine/core";
import type { Diagnostic } from "@mortise/contract";
import { IconArrowDown, IconArrowUp, IconChevronRight, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useId, useRef } from "react";
import { useTranslation } from "react-i18next";

/** One row of the list. */
export interface Entry {
  readonly title: string;
  /** What it does, in plain words; one or two lines. */
  readonly summary: string;
  /** Where it stands in the document. */
  readonly pointer: string;
  /** Stays where it is and cannot be removed. */
  readonly fixed?: boolean;
  /** Its form, made when the row is open. */
  readonly body: () => ReactNode;
}

/** Rows in an order that matters: each says what it does, opens to be edited, moves and goes away. One is open at a time. */
export function EntryList(props: {
  readonly labelledBy: string;
  readonly entries: readonly Entry[];
  readonly issues: readonly Diagnostic[];
  readonly open: number | undefined;
  readonly onOpen: (index: number | undefined) => void;
  readonly onMove: (from: number, to: number) => void;
  readonly onRemove: (index: number) => void;
}) {
  const { t } = useTranslation();
  const { entries, open, onOpen } = props;
  const id = useId();
  const list = useRef<HTMLOListElement>(null);
  const isFixed = (index: number) => entries[index] === undefined || entries[index].fixed === true;
  // The row that was moved keeps the focus, at its new place.
  const move = (from: number, to: number) => {
    props.onMove(from, to);
    if (open === from) onOpen(to);
    else if (open === to) onOpen(from);
    requestAnimationFrame(() => list.current?.children[to]?.querySelector("button")?.focus());
  };
  const remove = (index: number) => {
    props.onRemove(index);
    if (open !== undefined && open >= index) onOpen(open === index ? undefined : open - 1);
    requestAnimationFrame(() => {
      const { current } = list;
      current?.children[Math.min(index, current.children.length - 1)]?.querySelector("button")?.focus();
    });
  };
  return (
    <ol className="entries" ref={list} aria-labelledby={props.labelledBy}>
      {entries.map((entry, index) => {
        const isOpen = open === index;
        const name = `${entry.title} (${index + 1})`;
        const problems = props.issues.filter(
          ({ path }) => path === entry.pointer || (!isOpen && path.startsWith(`${entry.pointer}/`)),
        );
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an entry is its place.
          <li key={index} className="entries-row" data-open={isOpen || undefined} data-pointer={entry.pointer}>
            <div className="entries-head">
              <button
                type="button"
                className="entries-title"
                aria-expanded={isOpen}
                aria-controls={isOpen ? `${id}-${index}` : undefined}
                onClick={() => onOpen(isOpen ? undefined : index)}
              >
                <IconChevronRight size={14} className="entries-icon" aria-hidden />
                <span className="entries-words">
                  <strong>{entry.title}</strong>
                  {entry.summary !== "" && <span className="entries-summary">{entry.summary}</span>}
                </span>
              </button>
              {!entry.fixed && (
                <span className="entries-tools">
                  <ActionIcon
                    size={24}
                    aria-label={t("entries.up", { name })}
                    disabled={isFixed(index - 1)}
                    onClick={() => move(index, index - 1)}
                  >
                    <IconArrowUp size={14} />
                  </ActionIcon>
                  <ActionIcon
                    size={24}
                    aria-label={t("entries.down", { name })}
                    disabled={isFixed(index + 1)}
                    onClick={() => move(index, index + 1)}
                  >
                    <IconArrowDown size={14} />
                  </ActionIcon>
                  <ActionIcon size={24} aria-label={t("entries.remove", { name })} onClick={() => remove(index)}>
                    <IconTrash size={14} />
                  </ActionIcon>
                </span>
              )}
            </div>
            {problems.length > 0 && (
              <div className="field-problems entries-problems">
                {problems.map((problem) => (
                  <p key={problem.code + problem.path + problem.message} data-severity={problem.severity}>
                    {problem.message}
                  </p>
                ))}
              </div>
            )}
            {isOpen && (
              <div className="entries-body" id={`${id}-${index}`}>
                {entry.body()}
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
