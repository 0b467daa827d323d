import { trans } from '../testing/trans';
import { Backoff } from './backoff';
import { firstLine, listOf } from './looks';
import { newId } from './uuid';

describe('Backoff', () => {
  it('doubles up to its limit, and begins again after a success', () => {
    const backoff = new Backoff({
      firstMs: 100,
      longestMs: 300,
      random: () => 0
    });
    expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([
      100, 200, 300
    ]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('shortens a wait by at most a half', () => {
    const backoff = new Backoff({ firstMs: 100, random: () => 0.999 });
    expect(backoff.next()).toBe(50);
  });
});

describe('newId', () => {
  it('is a UUID of version 7', () => {
    expect(newId()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    );
  });

  it('sorts by time', () => {
    const times = [1, 255, 256, 1_700_000_000_000, 1_700_000_000_001];
    const ids = times.map(time => newId(time));
    expect([...ids].sort()).toEqual(ids);
  });
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c']
])('listOf says %j as "%s"', (items, expected) => {
  expect(listOf(items, trans)).toBe(expected);
});

test.each([
  ['', ''],
  ['\n\n  x = 1\ny', 'x = 1']
])('firstLine of %j is "%s"', (source, expected) => {
  expect(firstLine(source)).toBe(expected);
});
