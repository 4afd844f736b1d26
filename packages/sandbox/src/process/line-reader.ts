/** Cuts what comes in into lines. `onLine` gets each without its end; `onOverlong` is called once, when a line is longer than it may be. */
export function lineReader(
  maxBytes: number,
  { onLine, onOverlong }: { readonly onLine: (line: string) => void; readonly onOverlong: () => void },
): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  let overlong = false;
  return (chunk) => {
    let rest = chunk;
    while (!overlong) {
      const end = rest.indexOf(0x0a);
      const part = end < 0 ? rest : rest.subarray(0, end);
      size += part.length;
      if (size > maxBytes) {
        overlong = true;
        parts = [];
        return onOverlong();
      }
      parts.push(part);
      if (end < 0) return;
      const line = Buffer.concat(parts).toString("utf8");
      parts = [];
      size = 0;
      rest = rest.subarray(end + 1);
      onLine(line);
    }
  };
}
