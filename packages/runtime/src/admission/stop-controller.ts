/** Is told when what it watches is stopped; the signal has its reason by then. */
export interface StopWatcher {
  handleEvent(): void;
}

/**
 * An AbortController that is watched without event listeners: these leave what they held to the garbage collector in a way that costs it more
 * than all the rest of a call.
 */
export class StopController extends AbortController {
  #watcher: StopWatcher | undefined;
  /** Where there is more than one. */
  #others: Set<StopWatcher> | undefined;

  override abort(reason?: unknown): void {
    const isFirst = !this.signal.aborted;
    super.abort(reason);
    if (!isFirst) return;
    const watchers = [this.#watcher, ...(this.#others ?? [])];
    this.#watcher = undefined;
    this.#others = undefined;
    for (const watcher of watchers) watcher?.handleEvent();
  }

  /** Tells of the stop, once; nothing of one that came before. */
  watch(watcher: StopWatcher): void {
    if (this.#watcher === undefined) {
      this.#watcher = watcher;
      return;
    }
    this.#others ??= new Set();
    this.#others.add(watcher);
  }

  unwatch(watcher: StopWatcher): void {
    if (this.#watcher === watcher) this.#watcher = undefined;
    else this.#others?.delete(watcher);
  }
}
