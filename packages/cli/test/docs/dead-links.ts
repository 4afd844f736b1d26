import { posix } from "node:path";

function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) =>
    (title ?? "")
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id ?? "")]);
}

/** Links of pages that lead to no page, or to no place in it; links to other sites are not followed. */
export function deadLinks(pages: ReadonlyMap<string, string>): readonly string[] {
  return [...pages].flatMap(([path, text]) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].flatMap(([link, file, anchor]) => {
      const target = file === "" || file === undefined ? path : posix.join(posix.dirname(path), file);
      const page = pages.get(target);
      return page !== undefined && (anchor === undefined || anchorsOf(page).has(anchor)) ? [] : [`${path}: ${link}`];
    }),
  );
}
