import type { TranslationBundle } from '@jupyterlab/translation';

/** What is wrong, and what may be meant. */
export function messageOf(
  {
    message,
    candidates
  }: { readonly message: string; readonly candidates: readonly string[] },
  trans: TranslationBundle
): string {
  const [first, second] = candidates.map(name => `\`${name}\``);
  if (first === undefined) {
    return message;
  }
  return second === undefined
    ? trans.__('%1 Did you mean %2?', message, first)
    : trans.__('%1 Did you mean %2 or %3?', message, first, second);
}
