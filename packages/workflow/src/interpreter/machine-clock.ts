/** The machine's clock, epoch ms; the one place of this package that reads it. */
export function machineNow(): number {
  return Date.now();
}
