/** The page's nonce for style elements; empty in development, where no policy is set. */
export function styleNonce(): string {
  const content = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  return content.startsWith("__") ? "" : content;
}

/** Libraries that add style elements by themselves look for the nonce under this name. */
export function shareNonce(): void {
  (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = styleNonce();
}
