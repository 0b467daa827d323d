import { cellState, notebookState } from '../testing/states';
import { trans } from '../testing/trans';
import { framesOf } from './frames';
import { messageOf } from './messages';
import { errorPlace, offsetsOf } from './places';

describe('offsetsOf', () => {
  it.each([
    ['a\nbc = d', [2, 0, 2, 2], [2, 4]],
    ['a\n😀 bc', [2, 2, 2, 4], [5, 7]],
    ['a', [2, 0, 2, 1], null]
  ])('finds in %j the place %j', (source, numbers, expected) => {
    const [line, column, endLine, endColumn] = numbers;
    const found = offsetsOf(source, { line, column, endLine, endColumn });
    expect(found && [found.from, found.to]).toEqual(expected);
  });
});

/** What SqlCellError of sept_ext/kernel/cell_error.py writes. */
function failed(...lines: string[]): Record<string, unknown> {
  const [message] = lines;
  return {
    ename: 'SqlCellError',
    evalue: message,
    traceback: [
      `\u001b[0;31mSQL error\u001b[0m: \u001b[1m${message}\u001b[0m`,
      ...lines.slice(1)
    ]
  };
}

describe('errorPlace', () => {
  const source = '%%sql -c shop\nSELECT *\nFROM oders';
  const lines = [
    'line 3: FROM oders',
    '             ^^^^^',
    'Did you mean orders?'
  ];

  it('finds the place that carets point at, with what may be meant', () => {
    expect(
      errorPlace(failed("There is no table 'oders'.", ...lines), source)
    ).toEqual({
      span: { line: 3, column: 5, endLine: 3, endColumn: 10 },
      message: "There is no table 'oders'. Did you mean orders?"
    });
  });

  it.each([
    ['the line was changed', failed('No.', ...lines), source + '_all'],
    ['there is no place', failed('No.'), source],
    [
      'the error is another',
      { ...failed('No.', ...lines), ename: 'KeyError' },
      source
    ],
    ['the output is none', { output_type: 'stream', text: 'x' }, source]
  ])('is null when %s', (_, output, text) => {
    expect(errorPlace(output, text)).toBeNull();
  });
});

describe('framesOf', () => {
  const writes = (name: string) => [{ name, spans: [] }];
  const cells = new Map(
    [
      cellState('a', { index: 0, writes: writes('df') }),
      cellState('b', { index: 1, writes: writes('number') }),
      cellState('c', { index: 2, state: 'IDLE', writes: writes('later') }),
      cellState('d', { index: 4, writes: writes('below') })
    ].map(cell => [cell.id, cell])
  );
  const frames = new Map([
    ['df', ['a', 'b']],
    ['below', null],
    ['_hidden', ['x']]
  ]);

  it('gives what cells above write that may be a frame, the nearest first, then what else the kernel has', () => {
    const notebook = notebookState(1, []);
    expect(framesOf({ cells, frames, notebook }, 3)).toEqual([
      { name: 'later', columns: [] },
      { name: 'df', columns: ['a', 'b'] },
      { name: 'below', columns: [] }
    ]);
  });

  it('gives every name above where no run was seen', () => {
    const found = framesOf({ cells, frames: new Map(), notebook: null }, 3);
    expect(found.map(({ name }) => name)).toEqual(['later', 'number', 'df']);
  });
});

it('says what may be meant', () => {
  const message = 'There is no column `amuont` in orders.';
  expect(messageOf({ message, candidates: [] }, trans)).toBe(message);
  expect(messageOf({ message, candidates: ['amount'] }, trans)).toBe(
    `${message} Did you mean \`amount\`?`
  );
  expect(messageOf({ message, candidates: ['amount', 'count'] }, trans)).toBe(
    `${message} Did you mean \`amount\` or \`count\`?`
  );
});
