import type { HttpRequest, Json } from "@mortise/contract";

/**
 * An answer's body as JSON, by its Content-Type (RFC 9110 §8.3) or as the contract says: JSON parsed, text as text, anything else as
 * base64; nothing as null. What claims to be JSON and is not comes as text, and the output schema says so.
 */
export function decodeBody(body: Buffer, contentType: string | undefined, decode: HttpRequest["decode"]): Json {
  if (decode === "none" || body.length === 0) return null;
  const [type = "", ...parameters] = (contentType ?? "").toLowerCase().split(";");
  const charset = /charset="?([^"]+)"?/.exec(parameters.join(";"))?.[1]?.trim() ?? "utf-8";
  const media = type.trim();
  const isJson =
    decode === "json" || (decode !== "text" && (/^application\/(?:[\w.+-]+\+)?json$/.test(media) || media === "text/json"));
  if (isJson) return parse(textOf(body, "utf-8"));
  const isText =
    decode === "text" || media === "" || /^text\/|[/+]xml$|javascript$|x-www-form-urlencoded$|graphql|yaml$/.test(media);
  return isText ? textOf(body, charset) : body.toString("base64");
}

function parse(text: string): Json {
  try {
    return text.trim() === "" ? null : (JSON.parse(text) as Json);
  } catch {
    return text;
  }
}

function textOf(body: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}
