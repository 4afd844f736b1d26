/** First lines of a generated page: how to make it anew, and its title. */
export function heading(title: string): string {
  return `<!-- Made from contract.json by: mortise docs -->\n\n# ${title}`;
}
