import type { FollowUp, Value } from "./value.ts";

/** Where a page parameter goes. In the body, a name that starts with `/` is a JSON pointer, e.g. `/variables/after`. */
export type PageParamPlace = "query" | "body" | "headers" | "path";

/**
 * How the next page is found. Every kind is bounded by `maxPages` (absent: 10,000) and `maxItems` (absent: no bound) in one read; more
 * than that is the error `LIMIT_EXCEEDED`, and for a call that has its `maxItems` a result that is truncated.
 * - `cursor`: `cursor` names the next page: a JSON pointer into the body (`from: "body"`), a header's name (`"header"`), or a pointer into
 *   the last item (`"lastItem"`).
 * - `page`, `offset`: counted here. Ends at an empty page, and by `total`, else `more`, else at a page shorter than `size`.
 * - `size` is the most that is asked for in a page, with `sizeParam`, or what the vendor gives, without.
 * - `link`: `rel="next"` of the Link header (RFC 8288 §3).
 * - `nextUrl`: JSON pointer to the next page's URL; never followed to another origin.
 */
export type Pagination = PageBounds &
  (
    | {
        readonly kind: "cursor";
        readonly cursor: string;
        readonly from?: "body" | "header" | "lastItem";
        readonly param: string;
        readonly in?: PageParamPlace;
        readonly sizeParam?: string;
        readonly size?: number;
      }
    | {
        readonly kind: "page";
        readonly param: string;
        readonly in?: PageParamPlace;
        /** Number of the first page. Absent: 1. */
        readonly first?: number;
        readonly sizeParam?: string;
        readonly size?: number;
        /** JSON pointer to the number of pages. */
        readonly total?: string;
      }
    | {
        readonly kind: "offset";
        readonly param: string;
        readonly in?: PageParamPlace;
        readonly sizeParam?: string;
        readonly size?: number;
        /** JSON pointer to the number of items. */
        readonly total?: string;
      }
    | { readonly kind: "link" }
    | { readonly kind: "nextUrl"; readonly url: string }
  );

export interface PageBounds {
  readonly maxPages?: number;
  readonly maxItems?: number;
  /** JSON pointer into the body to what says whether more follows; `false`, `"false"`, 0, null and absence end the list. */
  readonly more?: string;
  /**
   * JSON pointer into the body to the list as the vendor sent it, by which `size`, offsets and the last item go. Needed where `output`
   * makes another list of it elsewhere. Absent: the body's list at `stream.items`, else the body, else the output's list.
   */
  readonly list?: string;
}

/** Where the list is in the output, and whether a read can go on from a saved cursor. */
export interface StreamSpec {
  /** JSON pointer to the array in the output, e.g. `/rows`; `""`: the output is the array. */
  readonly items: string;
  /** `cursor`: every page carries a JSON cursor from which a later read goes on. `none`: only from the start. */
  readonly resume: "cursor" | "none";
}

/**
 * Reading only what is new. The state is what the last read saw; a call takes it as `state` and every page gives the one to keep after it.
 */
export interface Incremental {
  /** JSON pointer into an item to the value that grows. */
  readonly cursor: string;
  /** What it is. `date-time` is RFC 3339. */
  readonly as: "date-time" | "date" | "epoch_s" | "epoch_ms" | "number" | "text";
  /** Parameter that asks for what is at or after the state. Absent: older items are dropped after they were read. */
  readonly param?: string;
  readonly in?: PageParamPlace;
  /** How `param` (and `until`) are written. Absent: as `as`. */
  readonly format?: "date-time" | "date" | "epoch_s" | "epoch_ms" | "number" | "text";
  /** Where the first read starts, in the form of `as`; sees `input` and `settings`. Absent: at the beginning. */
  readonly start?: Value;
  /** Parameter for the end of a window. */
  readonly until?: string;
  /** Length of a window, e.g. `"7d"`: reads go window by window up to now. Needs `param`, `until` and `start`. */
  readonly window?: string;
  /** How far before the state a read starts again, for items that show up late, e.g. `"5m"`; for numbers a number. */
  readonly lookback?: string | number;
  /** Items come in ascending order of the cursor, so the state may move on with every page; otherwise it does so at the end. Absent: false. */
  readonly ascending?: boolean;
}

/**
 * One list per part: for every value of a list (`over`), or for every item of another operation of the connector (`parent`). Requests and
 * output see the part as `partition`. Exactly one of the two.
 */
export interface Partition {
  /** A list; sees `input` and `settings`. */
  readonly over?: Value;
  /** An operation with `stream`; `with` sees `input` and `settings`. */
  readonly parent?: FollowUp;
}

/** Answers of a read that may be used again, for the same connection and credential. */
export interface CacheSpec {
  /**
   * How long an answer may be reused, ms, whatever its headers say. Absent: as its headers say (RFC 9111), which only a GET in one request
   * can; other operations are then not cached.
   */
  readonly ttlMs?: number;
  /** Entries kept a connection. Absent: 1,000. */
  readonly maxEntries?: number;
  /**
   * How much longer an answer may be used where the other system fails, ms (RFC 5861 §4); a shorter `stale-if-error` of the answer, its
   * `must-revalidate` and `no-cache` hold. Absent: not at all.
   */
  readonly staleIfErrorMs?: number;
}

/**
 * A job that goes on at the vendor after the request: its state is read again and again, then its result. Values see `input`, `settings`,
 * `output` (of the request that started it) and, after the first poll, `polled`.
 */
export interface WaitSpec {
  /** Reads the job's state. */
  readonly poll: FollowUp;
  /** CEL that is true once the job has ended well. */
  readonly done: string;
  /** CEL that is true once it has ended badly. Absent: only `timeout` ends a bad job. */
  readonly failed?: string;
  /** JSON pointer into `polled` to the reason of a bad end. */
  readonly messageFrom?: string;
  /** Wait before the first and between polls, e.g. `"2s"`. */
  readonly every: string;
  /** Factor by which the wait grows. Absent: 1. */
  readonly factor?: number;
  /** Longest wait between polls. Absent: `"1m"`. */
  readonly max?: string;
  /** Longest time the job may take, e.g. `"30m"`; then the outcome is `sick`, and `JOB_TIMEOUT` says so. */
  readonly timeout: string;
  /** Reads the result of a job that has ended well. Absent: the result is `polled`. */
  readonly fetch?: FollowUp;
  /** Stops a job whose call is cancelled or has timed out. Absent: it is left alone. */
  readonly cancel?: FollowUp;
}

/** Splits a long list of the input over several calls and puts the answers together again. */
export interface BatchSpec {
  /** JSON pointer to the list in the input. */
  readonly input: string;
  /** Items in one request. */
  readonly max: number;
  /** JSON pointer to the list in the output that is joined; the rest is the last answer's. Absent: the output is a list of answers. */
  readonly output?: string;
}

/**
 * Finds an item, and creates it where there is none. The output is `{ "item": …, "created": true|false }`. `search.item` sees `output` of
 * the search and comes to the item, or to null.
 */
export interface SearchOrCreate {
  readonly search: FollowUp & { readonly item: Value };
  readonly create: FollowUp;
}

/**
 * Choices of a field, read from an operation: `x-options` in a schema. `with` sees `input` (what is filled in so far), `settings` and
 * `search` (`""`: nothing is searched for). The list is at the operation's `stream.items`, else the output or the only list in it.
 */
export interface OptionSource {
  readonly operation: string;
  /** Input of the operation. Absent: none. What it takes from `input` is what the field depends on. */
  readonly with?: Value;
  /** JSON pointers into one item. */
  readonly value: string;
  readonly label: string;
  /** Whether `with` uses `search`. Absent: choices are searched by label among those that were read. */
  readonly searchable?: boolean;
  /** How long choices may be reused, ms. Absent: 60,000; 0: not at all. */
  readonly cacheMs?: number;
}

/**
 * The shape of an object, read from an operation: `x-fields` in a schema. `schema` sees `output` and comes to a JSON Schema, or a list of
 * `{ key, title?, type?, format?, required?, options?, help? }`.
 */
export interface FieldSource {
  readonly operation: string;
  readonly with?: Value;
  readonly schema: Value;
  /** How long a shape may be reused, ms. Absent: 60,000; 0: not at all. */
  readonly cacheMs?: number;
}
