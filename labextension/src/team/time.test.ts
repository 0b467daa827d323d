import { absoluteTime, relativeTime } from './time';

const NOW = Date.parse('2026-11-23T10:00:00Z');

describe('relativeTime', () => {
  it.each([
    ['2026-11-23T10:00:00Z', 'now'],
    ['2026-11-23T09:59:01Z', 'now'],
    ['2026-11-23T10:00:05Z', 'now'],
    ['2026-11-23T09:59:00Z', '1 minute ago'],
    ['2026-11-23T09:00:01Z', '59 minutes ago'],
    ['2026-11-23T09:00:00Z', '1 hour ago'],
    ['2026-11-22T10:00:00Z', 'yesterday'],
    ['2026-11-20T10:00:00Z', '3 days ago'],
    ['2026-10-20T10:00:00Z', 'last month'],
    ['2024-11-23T10:00:00Z', '2 years ago']
  ])('says of %s "%s"', (at, expected) => {
    expect(relativeTime(at, NOW, 'en')).toBe(expected);
  });

  it('speaks the language of the reader', () => {
    expect(relativeTime('2026-11-23T09:58:00Z', NOW, 'de')).toBe(
      'vor 2 Minuten'
    );
  });
});

describe('absoluteTime', () => {
  it('names day and time', () => {
    const text = absoluteTime('2026-11-23T10:05:00.123456Z', 'en');
    expect(text).toMatch(/11\/2[234]\/2026/);
    expect(text).toMatch(/:05:00/);
  });
});
