/** A signal this soon after the first one is the same Ctrl-C, handed on by a launcher. */
const SAME_MS = 1_000;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP. One that comes later, while everything is being stopped, ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 1 << 30);
    let first: number | undefined;
    const stop = () => {
      if (first !== undefined && performance.now() - first > SAME_MS) process.exit(130);
      first ??= performance.now();
      clearInterval(alive);
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  });
}
