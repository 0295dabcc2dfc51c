/** Which of two workers must not be contradicted by the other. */
import { knowsMore, type WorkerKnowledge } from '../../app/cli/worker-knowledge';

const whole = { isLoaded: true, servesLost: false, redirectFiles: 10 };
const fewer = { isLoaded: true, servesLost: false, redirectFiles: 9 };
const empty = { isLoaded: true, servesLost: false, redirectFiles: 0 };
const lost = { isLoaded: true, servesLost: true, redirectFiles: 10 };
const unread = { isLoaded: false, servesLost: false, redirectFiles: 0 };

it.each<[string, WorkerKnowledge, WorkerKnowledge, boolean]>([
  ['one that has loaded, and one that could not', whole, unread, true],
  ['one that found the directory empty, and one that could not look', empty, unread, true],
  ['one that could not look, and one that has loaded', unread, whole, false],
  ['two that could not look', unread, unread, false],
  ['one that has files, and one that found none', whole, empty, true],
  ['two that found none', empty, empty, false],
  ['one that found none, and one that has files', empty, whole, false],
  ['one that has seen a publication earlier', whole, fewer, false],
  ['one that serves what was lost, and one that found none', lost, empty, true],
  ['one that serves what was lost, and one that found something', lost, fewer, true],
  ['two that serve what was lost', lost, lost, false],
  ['one that has all, and one that serves what was lost', whole, lost, false],
])('%s', (_title, other, mine, expected) => {
  expect(knowsMore(other, mine)).toBe(expected);
});
