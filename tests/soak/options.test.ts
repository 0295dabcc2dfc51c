/** The flags of scripts/soak. */
import { parseOptions } from '../../scripts/soaking/options';

it('without flags, it is it lasts half an hour at 5,000 requests a second', () => {
  expect(parseOptions([])).toEqual({
    minutes: 30,
    rate: 5000,
    workers: 2,
    repositories: 1000,
    publicationsPerMinute: 60,
    redis: undefined,
    jsonFile: undefined,
    wantsHelp: false,
  });
});

it('all flags', () => {
  const words =
    '--minutes 0.5 --rate 200 --workers 1 --repositories 8 --republish-per-minute 0 --redis redis://127.0.0.1 --json a';
  expect(parseOptions(words.split(' '))).toEqual({
    minutes: 0.5,
    rate: 200,
    workers: 1,
    repositories: 8,
    publicationsPerMinute: 0,
    redis: 'redis://127.0.0.1',
    jsonFile: 'a',
    wantsHelp: false,
  });
});

it('a Redis of its own', () => expect(parseOptions(['--redis', 'own']).redis).toBe('own'));

it.each([
  ['--minutes 0', '--minutes 0: is not a positive number'],
  ['--minutes long', '--minutes long: is not a positive number'],
  ['--rate 0', '--rate 0: is not a whole number from 1'],
  ['--rate 1e3', '--rate 1e3: is not a whole number from 1'],
  ['--repositories 7', '--repositories 7: is not a whole number from 8'],
  ['--republish-per-minute x', '--republish-per-minute x: is not a whole number from 0'],
  ['--fast', "Unknown option '--fast'"],
])('%s is refused', (words, message) => expect(() => parseOptions(words.split(' '))).toThrow(message));
