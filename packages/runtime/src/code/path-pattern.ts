/** Decides whether the path of a URL is one that was declared: `*` is one segment that is not empty, `**` at the end all that follows. */
export function pathPattern(pattern: string): (pathname: string) => boolean {
  const wanted = pattern.split("/");
  const isOpen = wanted.at(-1) === "**";
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  return (pathname) => {
    const segments = pathname.split("/");
    if (isOpen ? segments.length < fixed.length : segments.length !== fixed.length) return false;
    return fixed.every((segment, index) => (segment === "*" ? segments[index] !== "" : segment === segments[index]));
  };
}
