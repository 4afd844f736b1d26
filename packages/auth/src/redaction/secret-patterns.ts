/**
 * What secrets look like whoever they belong to: PEM blocks, JWTs (RFC 7519), Authorization values (RFC 9110 §11.6.2), user info in
 * URLs, and the key prefixes that large vendors publish for secret scanning.
 */
export const SECRET_PATTERNS: readonly RegExp[] = Object.freeze([
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // The header is bounded: many beginnings in a row would each be looked at to the end.
  /\beyJ[A-Za-z0-9_-]{8,512}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /(?<=\b(?:Bearer|Basic|Token)\s{1,4})(?=\S*\d)[A-Za-z0-9._~+/=-]{12,}/gi,
  /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,200}(?=@)/gi,
  /\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
]);

/** What a text has that any of the patterns matches. */
const BEGINNING =
  /-----BEGIN |eyJ|(?:Bearer|Basic|Token)\s|@|_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|A[KS]IA|AIza|SG\.|sk-/i;

/** Whether a text may hold what {@link SECRET_PATTERNS} look for: one look in place of one for each, as most texts hold nothing. */
export const looksSecret = (text: string): boolean => BEGINNING.test(text);
