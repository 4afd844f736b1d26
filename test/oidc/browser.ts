/** A person with a browser: keeps cookies, follows redirects, fills in forms. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  readonly #stopAt: string;

  /** @param stopAt The address that the browser must not leave for: there the visit ends. */
  constructor(stopAt: string) {
    this.#stopAt = stopAt;
  }

  /**
   * Goes where it is sent, signs in and says yes, until it is sent to `stopAt` or a page has no form. Returns the address, and the last page.
   */
  async visit(start: string): Promise<{ readonly url: string; readonly page: string }> {
    let url = start;
    let form: URLSearchParams | undefined;
    for (let steps = 0; steps < 30; steps++) {
      if (url.startsWith(this.#stopAt)) return { url, page: "" };
      const response = await this.#send(url, form);
      form = undefined;
      const next = response.headers.get("location");
      if (next !== null) {
        url = new URL(next, url).href;
        continue;
      }
      const page = await response.text();
      const found = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page);
      if (found === null) return { url, page };
      url = new URL((found[1] ?? "").replaceAll("&amp;", "&"), url).href;
      form = filledIn(found[2] ?? "");
    }
    throw new Error("The provider did not send the browser back.");
  }

  async #send(url: string, form: URLSearchParams | undefined): Promise<Response> {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === undefined ? {} : { method: "POST", body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}

/** What a person enters: a name and a password where they are asked for, all else as it stands. */
function filledIn(html: string): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [tag] of html.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    if (name === undefined || name === "abort") continue;
    fields.set(name, /value="([^"]*)"/.exec(tag)?.[1] ?? "");
  }
  if (fields.has("login")) {
    fields.set("login", "ada");
    fields.set("password", "any");
  }
  return fields;
}
