/** Control characters, and those that hide, turn or part text (Unicode general categories Cc, Cf, Zl, Zp and Cs). */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

const MOST_LOOKED_AT = 20_000;

/**
 * Words of another system as one line that does nothing but show, wherever it is shown: no line of a log begins in it, no terminal moves its
 * cursor for it, no letter stands where it was not written. Longer ones are cut, after `hide` has taken secrets out of them: what is left of
 * one that was cut through is a secret still, and nothing finds it.
 */
export function plainWords(text: string, most = 300, hide: (text: string) => string = (words) => words): string {
  return hide(text.slice(0, MOST_LOOKED_AT))
    .slice(0, most * 2)
    .replaceAll(ACTING, " ")
    .trim()
    .slice(0, most);
}
