import { getPointer, type Json, MortiseError, type OptionSource } from "@mortise/contract";
import { callSource, keptAnswer, type Source, sourceOperation, streamSource } from "./ask-source.ts";
import type { FieldOption, OptionPage } from "./dynamic-request.ts";

/** Choices on one page, where the source lets its caller choose, and of a list that comes whole. */
const PAGE_SIZE = 100;
/** Pages that are read for one answer, at most: empty ones, and ones in which nothing fits what is searched for. */
const MAX_PAGES = 10;
const MAX_LABEL = 200;

/** What is looked for, and where to go on. */
export interface Wanted {
  readonly search: string;
  readonly cursor: Json;
}

/**
 * Reads choices of a field. A source that cannot search itself is searched here, by label, page by page until something is found, ten
 * pages at most; `next` then leads further.
 */
export async function readOptions(source: Source, spec: OptionSource, { search, cursor }: Wanted): Promise<OptionPage> {
  const needle = spec.searchable === true ? "" : search.trim().toLowerCase();
  const options: FieldOption[] = [];
  let next = cursor;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await readPage(source, spec, next);
    options.push(...(needle === "" ? page.options : page.options.filter(({ label }) => label.toLowerCase().includes(needle))));
    next = page.next;
    if (options.length > 0 || next === null) break;
  }
  return { options, next };
}

async function readPage(source: Source, spec: OptionSource, cursor: Json): Promise<OptionPage> {
  const { stream } = sourceOperation(source);
  if (stream?.resume !== "cursor") return partOf(await wholeList(source, spec, stream?.items), cursor);
  const { value, label } = spec;
  const page = await keptAnswer(source, { cursor, value, label }, async () => {
    const { items, next } = await streamSource(source, cursor, PAGE_SIZE);
    return { options: items.flatMap((item) => optionOf(item, spec)), next };
  });
  return page as unknown as OptionPage;
}

/** All choices of a source that cannot go on from a cursor. */
async function wholeList(source: Source, spec: OptionSource, pointer: string | undefined): Promise<readonly FieldOption[]> {
  const { value, label } = spec;
  const options = await keptAnswer(source, { value, label }, async () => {
    const output = await callSource(source);
    const found = pointer === undefined ? onlyList(output) : getPointer(output, pointer);
    if (isList(found)) return found.flatMap((item) => optionOf(item, spec));
    throw new MortiseError("INVALID_OUTPUT", `${source.operation}: the answer has no list to choose from.`, {
      remedy: 'Say where the list is: give the operation "stream".',
    });
  });
  return options as unknown as readonly FieldOption[];
}

/** The output itself, or the one field of it that is a list. */
function onlyList(output: Json): Json | undefined {
  if (isList(output) || output === null || typeof output !== "object") return output;
  const lists = Object.values(output).filter(isList);
  return lists.length === 1 ? lists[0] : undefined;
}

function partOf(list: readonly FieldOption[], cursor: Json): OptionPage {
  const from = cursor ?? 0;
  if (typeof from !== "number" || !Number.isInteger(from) || from < 0) {
    throw new MortiseError("INVALID_REQUEST", `${JSON.stringify(cursor)} is no cursor of this field.`);
  }
  const to = from + PAGE_SIZE;
  return { options: list.slice(from, to), next: to < list.length ? to : null };
}

/** An item without a value is no choice; one without a label is called by its value. Kept plain: of an item nothing else is needed. */
function optionOf(item: Json, { value: valueAt, label: labelAt }: OptionSource): readonly { value: Json; label: string }[] {
  const value = getPointer(item, valueAt);
  if (value === undefined || value === null) return [];
  const told = textOf(getPointer(item, labelAt) ?? "") || textOf(value);
  return [{ value, label: told.length > MAX_LABEL ? `${told.slice(0, MAX_LABEL)}…` : told }];
}

const textOf = (value: Json): string => (typeof value === "object" ? JSON.stringify(value) : String(value));
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
