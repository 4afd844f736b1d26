/** SHA-256 (FIPS 180-4) of a text's UTF-8 bytes, in lower-case hex. Works in browsers (secure contexts) and in Node. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
