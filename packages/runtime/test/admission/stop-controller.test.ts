// Pins: a request that goes on when its call was stopped, and one that is told of a stop after its end.
import { expect, test } from "vitest";
import { StopController } from "../../src/admission/stop-controller.ts";

const watcherOf = (stop: StopController) => {
  const told: unknown[] = [];
  return { told, handleEvent: () => void told.push(stop.signal.reason) };
};

test("every watcher is told once, when the signal has its reason", () => {
  const stop = new StopController();
  const watchers = [watcherOf(stop), watcherOf(stop), watcherOf(stop)];
  for (const watcher of watchers) stop.watch(watcher);
  stop.abort("too late");
  stop.abort("again");
  expect(watchers.map(({ told }) => told)).toEqual([["too late"], ["too late"], ["too late"]]);
});

test("whoever does not watch any more is not told, in whatever order they leave", () => {
  const stop = new StopController();
  const [first, second, third] = [watcherOf(stop), watcherOf(stop), watcherOf(stop)];
  for (const watcher of [first, second]) stop.watch(watcher);
  stop.unwatch(first);
  stop.watch(third);
  stop.unwatch(second);
  stop.abort("gone");
  expect([first.told, second.told, third.told]).toEqual([[], [], ["gone"]]);
});

test("listeners of the signal are told as of any other", () => {
  const stop = new StopController();
  const heard: unknown[] = [];
  stop.signal.addEventListener("abort", () => heard.push(stop.signal.reason));
  stop.abort("cancelled");
  expect(heard).toEqual(["cancelled"]);
});
