/** Whatever an appliance calls an image, it is known under which name it may be served here. */
import fc from 'fast-check';
import { namesOfResult } from '../../app/search/result-names';

it.each([
  ['demo/hello', ['demo/hello']],
  ['hello', ['hello']],
  ['library/hello', ['library/hello', 'hello']],
  ['demo/hello:1.0', ['demo/hello:1.0', 'demo/hello']],
  ['demo/hello@sha256:aa', ['demo/hello@sha256:aa', 'demo/hello']],
  ['r.example.com/demo/hello', ['r.example.com/demo/hello', 'demo/hello']],
  ['r:5000/demo/hello:1.0', ['r:5000/demo/hello:1.0', 'r:5000/demo/hello', 'demo/hello']],
  ['localhost/library/hello', ['localhost/library/hello', 'library/hello', 'hello']],
  ['', ['']],
])('%s', (text, names) => {
  expect(namesOfResult(text)).toEqual(names);
});

it('the text itself is always among them, and nothing is there twice', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const names = namesOfResult(text);
      expect(names).toContain(text);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});
