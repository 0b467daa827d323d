export type ItemType =
  | 'column'
  | 'table'
  | 'schema'
  | 'cte'
  | 'alias'
  | 'frame'
  | 'keyword'
  | 'connection'
  | 'option'
  | 'value';

export interface IItem {
  readonly label: string;
  readonly insertText: string;
  readonly type: ItemType;
  /** Where it comes from. */
  readonly detail: string;
}

/** A thing to offer; a name that is not plain goes into the text in quotes. */
export function item(label: string, type: ItemType, detail: string): IItem {
  const isPlain =
    type === 'keyword' ||
    type === 'connection' ||
    type === 'option' ||
    type === 'value' ||
    /^[\p{Ll}_][\p{Ll}\p{N}_]*$/u.test(label) ||
    /^[\p{Lu}_][\p{Lu}\p{N}_]*$/u.test(label);
  const insertText = isPlain ? label : `"${label.replace(/"/g, '""')}"`;
  return { label, insertText, type, detail };
}

/** Those that begin with the word, then those that hold it; all when there is none yet. */
export function fitting(
  items: readonly IItem[],
  word: string
): readonly IItem[] {
  const wanted = word.toLowerCase();
  if (wanted === '') {
    return items;
  }
  const begins = (one: IItem): boolean =>
    one.label.toLowerCase().startsWith(wanted);
  return [
    ...items.filter(begins),
    ...items.filter(
      one => !begins(one) && one.label.toLowerCase().includes(wanted)
    )
  ];
}

/** Each once. */
export function distinct(items: readonly IItem[]): readonly IItem[] {
  const seen = new Set<string>();
  return items.filter(one => {
    const key = `${one.type} ${one.label}`;
    return !seen.has(key) && seen.add(key);
  });
}
