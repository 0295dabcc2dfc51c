/** How long a dead worker's place stays empty. */
import { RestartDelay } from '../../app/cli/restart-delay';

const LONG_MS = 3_600_000;

it('is nothing after a worker that lived for long', () => {
  const delay = new RestartDelay();
  expect([LONG_MS, LONG_MS, 10_000].map((livedMs) => delay.nextMs(livedMs))).toEqual([0, 0, 0]);
});

it('grows to 5 seconds while workers keep dying within seconds', () => {
  const delay = new RestartDelay();
  const delays = [9999, 0, 500, 500, 500, 500, 500, 500].map((livedMs) => delay.nextMs(livedMs));
  expect(delays).toEqual([0, 250, 500, 1000, 2000, 4000, 5000, 5000]);
});

it('is forgotten by a worker that lives', () => {
  const delay = new RestartDelay();
  expect([0, 0, 0, LONG_MS, 0].map((livedMs) => delay.nextMs(livedMs))).toEqual([0, 250, 500, 0, 250]);
});
