/** The terminal that other tests look at. */
import { readScreen } from './terminal-screen';

it('has lines, and the cursor where the last one ends', () => {
  expect(readScreen('one\r\ntwo\r\n')).toEqual({ lines: ['one', 'two'], column: 0, leftModes: [] });
  expect(readScreen('one\r\n\r\ntwo')).toEqual({ lines: ['one', '', 'two'], column: 3, leftModes: [] });
});

it('is written over', () => {
  expect(readScreen('long line\rshort')).toMatchObject({ lines: ['shortline'], column: 5 });
  expect(readScreen('long line\u001b[1Gshort\u001b[K')).toMatchObject({ lines: ['short'] });
  expect(readScreen('long line\u001b[2K\u001b[3Gx')).toMatchObject({ lines: ['  x'] });
});

it('shows a line that was torn', () => {
  expect(readScreen('===- 10%a line of the log\r\n')).toMatchObject({ lines: ['===- 10%a line of the log'] });
});

it('goes back to where the cursor was saved', () => {
  expect(readScreen('\u001b7one\r\ntwo\u001b8\u001b[2K')).toEqual({ lines: ['', 'two'], column: 0, leftModes: [] });
});

it('tells what was left turned off', () => {
  expect(readScreen('\u001b[?25l\u001b[?7l').leftModes).toEqual(['?25l', '?7l']);
  expect(readScreen('\u001b[?25l\u001b[?7l\u001b[?25h').leftModes).toEqual(['?7l']);
});

it('refuses what it does not know', () => {
  expect(() => readScreen('\u001b[3J')).toThrow('3J');
  expect(() => readScreen('\u0007')).toThrow('control character');
});
