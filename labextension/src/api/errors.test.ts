import { refusalFrom } from './errors';

describe('refusalFrom', () => {
  it.each([
    [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }, 'FORBIDDEN', 'No.'],
    [{ message: 'Odd.', extensions: { code: 'BREWING' } }, 'INTERNAL', 'Odd.'],
    [{ message: 'Bare.' }, 'INTERNAL', 'Bare.'],
    [{}, 'INTERNAL', 'Unknown error']
  ])('reads %j as %s', (error, code, message) => {
    expect(refusalFrom([error])).toMatchObject({ code, message });
  });
});
