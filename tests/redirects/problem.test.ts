/** How a problem reads: one line, whatever is in it. */
import { describeProblem } from '../../app/redirects/problem';
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';

it.each([
  ['a place', { pointer: '/url', message: 'is missing', severity: 'error' }, '/a.json: /url: is missing'],
  ['the whole file', { pointer: '', message: 'is empty', severity: 'error' }, '/a.json: is empty'],
  ['a warning', { pointer: '/url', message: 'is odd', severity: 'warning' }, '/a.json: /url: warning: is odd'],
  ['a warning about all', { pointer: '', message: 'is odd', severity: 'warning' }, '/a.json: warning: is odd'],
] as const)('names the file and %s', (_what, problem, line) => {
  expect(describeProblem({ file: '/a.json', ...problem })).toBe(line);
});

it.each([
  ['a file name', '/a\nb.json', '{}'],
  [
    'a tag',
    '/a.json',
    '{"version":1,"repo-registry-id":"a","url":"http://a/","images":[],"tags":{"x\\ny\\u001b[31m":"1"}}',
  ],
  ['a text that is cut', '/a.json', '{"version": 2,\n}'],
])('stays one line when there is a line break in %s', (_what, file, text) => {
  const parsed = parseRedirectFile(text, file);
  const lines = parsed.kind === 'refused' ? parsed.problems.map(describeProblem) : [];

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\P{Cc}+$/u);
});
