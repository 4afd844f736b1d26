import { createRedactor, type Redactor } from "./redactor.ts";

/**
 * A redactor that hides more, for one use: what a signature of a single request was, where its answer is read. What the first one learns
 * later holds for it too, and what it is told to learn, the first one learns.
 */
export function alsoHiding(redactor: Redactor, secrets: readonly string[]): Redactor {
  const own = createRedactor(secrets);
  return Object.freeze({
    text: (text: string) => redactor.text(own.text(text)),
    json: (value: Parameters<Redactor["json"]>[0]) => redactor.json(own.data(value)),
    data: (value: Parameters<Redactor["data"]>[0]) => redactor.data(own.data(value)),
    get empty() {
      return redactor.empty && own.empty;
    },
    learn: redactor.learn,
    finds: (text: string) => own.finds(text) || redactor.finds(text),
    headers: (headers: { readonly [name: string]: string }, extra?: readonly string[]) =>
      own.headers(redactor.headers(headers, extra)),
    url: (url: URL, extra?: readonly string[]) => own.text(redactor.url(url, extra)),
  });
}
