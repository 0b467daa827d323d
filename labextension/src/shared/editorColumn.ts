/**
 * The server counts characters as Python does, by code points; the editor counts as JavaScript does, in units of
 * UTF-16: an emoji is one and two.
 *
 * @param line - the text of the line
 * @param column - code points from the line's beginning; beyond its end: its end
 */
export function editorColumn(line: string, column: number): number {
  let units = 0;
  let left = column;
  for (const letter of line) {
    if (left === 0) {
      break;
    }
    left -= 1;
    units += letter.length;
  }
  return units;
}
