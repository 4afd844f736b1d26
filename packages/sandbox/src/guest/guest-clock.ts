/** What the clock of a guest says. */
export interface GuestClock {
  set(epochMs: number): void;
}

/**
 * Stops the clock of this thread for everything but Node itself: the engine has the time from `Date.now` alone, and asks the local time zone
 * of `Date`. For a thread in which nothing but guests run.
 */
export function stopClock(): GuestClock {
  let now = 0;
  Date.now = () => now;
  Date.prototype.getTimezoneOffset = () => 0;
  return {
    set: (epochMs) => {
      now = epochMs;
    },
  };
}
