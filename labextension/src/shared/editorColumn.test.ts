import { editorColumn } from './editorColumn';

test.each([
  ['df.head()', 3, 3],
  ['😀 = df', 4, 5],
  ['"👩‍👩‍👧" + df', 10, 13],
  ['é = df', 4, 4],
  ['df', 9, 2],
  ['', 0, 0]
])('in %j column %d is %d in the editor', (line, column, expected) => {
  expect(editorColumn(line, column)).toBe(expected);
});
