import type { Json } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { StreamedPage } from "../runtime.ts";

/** Reads one list page by page; nothing is fetched before it is asked for. */
export interface PageReader {
  /** The next page; undefined after the last. `call` is the one whose deadline and budget this page counts on. */
  next(call: ReadyCall): Promise<ReadPage | undefined>;
  /** Lets go of whatever is open. */
  close(): Promise<void>;
}

/** A page, and the whole output it was in, where there was one. */
export interface ReadPage extends StreamedPage {
  readonly output?: Json;
  /** The list's own bound was reached here, and more follows. */
  readonly cut?: boolean;
  /** The state to keep where only so many of the items are taken. Absent: that of the page before. */
  readonly stateAt?: (count: number) => Json | undefined;
}
