/** The log: one line an event on standard error, as JSON or as text, with the causes of errors. */
import { createLogger, type LogFields, type Logger, type LogLevel } from '../../app/observe/logger';

/** What is written to standard error while `log` runs; nothing may reach standard output. */
function capture(
  options: { level?: LogLevel; isJson: boolean; fields?: LogFields },
  log: (logger: Logger) => void,
): string {
  const written: string[] = [];
  const onError = jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
  const onOutput = jest.spyOn(process.stdout, 'write');
  try {
    log(createLogger({ level: 'debug', ...options }));

    expect(onOutput).not.toHaveBeenCalled();
  } finally {
    onError.mockRestore();
    onOutput.mockRestore();
  }
  return written.join('');
}

const captureJson = (fields: LogFields, message = 'refreshed'): Record<string, unknown> =>
  JSON.parse(capture({ isJson: true }, (logger) => logger.info(message, fields))) as Record<string, unknown>;

const captureText = (fields: LogFields, message = 'refreshed'): string =>
  capture({ isJson: false }, (logger) => logger.info(message, fields));

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('as JSON', () => {
  it('is one object a line: time, level, message and the fields', () => {
    const text = capture({ isJson: true }, (logger) => {
      logger.info('started', { version: '1.0', repositories: 3 });
      logger.warn('problem');
    });
    const lines = text.trimEnd().split('\n');

    expect(text.endsWith('\n')).toBe(true);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        timestamp: expect.stringMatching(ISO_TIME) as string,
        level: 'info',
        message: 'started',
        version: '1.0',
        repositories: 3,
      },
      { timestamp: expect.stringMatching(ISO_TIME) as string, level: 'warn', message: 'problem' },
    ]);
  });

  it('keeps plain data as it is', () => {
    const fields = { files: ['/a.json'], counts: { read: 1 }, state: null, isLoaded: false, text: 'a "b"\nc' };

    expect(captureJson(fields)).toMatchObject(fields);
  });

  it('has the fields of its writer in every line', () => {
    const text = capture({ isJson: true, fields: { worker: 2 } }, (logger) => logger.info('refreshed', { changed: 1 }));

    expect(JSON.parse(text)).toMatchObject({ message: 'refreshed', worker: 2, changed: 1 });
  });

  it('stays one line whatever the fields hold', () => {
    const text = capture({ isJson: true }, (logger) =>
      logger.info('a\nb', { text: 'c\r\nd', error: new Error('e\nf') }),
    );

    expect(text.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('as text', () => {
  it('is time, level, message, then fields as key=value', () => {
    expect(captureText({ read: 2, tookMs: 1.5, directory: '/var/lib/crane' })).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info {2}refreshed read=2 tookMs=1.5 directory=\/var\/lib\/crane\n$/,
    );
  });

  it.each<[what: string, value: unknown, shown: string]>([
    ['a word', 'SIGHUP', 'SIGHUP'],
    ['a path', '/a-b/c.json', '/a-b/c.json'],
    ['words', 'two words', '"two words"'],
    ['nothing', '', '""'],
    ['an equals sign', 'a=b', '"a=b"'],
    ['quotes', 'say "hi"', '"say \\"hi\\""'],
    ['a line break', 'a\nb', '"a\\nb"'],
    ['an escape', 'a\u001b[31m', '"a\\u001b[31m"'],
    ['a list', ['a', 'b'], '["a","b"]'],
    ['an object', { a: 1 }, '{"a":1}'],
    ['true', true, 'true'],
    ['null', null, 'null'],
  ])('shows %s so that it can be told from the rest', (_what, value, shown) => {
    expect(captureText({ value })).toMatch(/ value=.*\n$/);
    expect(captureText({ value }).split(' value=')[1]).toBe(`${shown}\n`);
  });

  it('pads levels, so that messages stand below each other', () => {
    const text = capture({ isJson: false }, (logger) => {
      logger.error('x');
      logger.warn('x');
      logger.info('x');
      logger.debug('x');
    });

    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(line.indexOf('Z ') + 2)),
    ).toEqual(['error x', 'warn  x', 'info  x', 'debug x']);
  });
});

describe('errors', () => {
  const disk = new Error('ENOSPC: no space left');
  const write = new Error('cannot write', { cause: disk });
  const failure = new TypeError('refresh failed', { cause: write });

  it.each([true, false])('come with stack and causes (JSON: %j)', (isJson) => {
    const text = capture({ isJson }, (logger) => logger.error('fault', { error: failure }));

    expect(text).toMatch(/TypeError: refresh failed.*caused by Error: cannot write.*caused by Error: ENOSPC/s);
    expect(text).toContain('logger.test.ts');
    expect(text.trimEnd().split('\n')).toHaveLength(1);
  });

  it('without a stack come with their message', () => {
    const bare = new Error('no stack');
    delete bare.stack;

    expect(captureJson({ error: bare })).toMatchObject({ error: 'no stack' });
  });

  it('whose cause is no error end there', () => {
    const error = new Error('odd', { cause: 'a word' });

    expect(captureJson({ error })['error']).not.toContain('caused by');
  });

  it('that cause each other end somewhere', () => {
    const [first, second] = [new Error('first'), new Error('second')];
    Object.assign(first, { cause: second });
    Object.assign(second, { cause: first });

    expect(captureJson({ error: first })['error']).toMatch(/first.*caused by.*second/s);
  });
});

describe('levels', () => {
  const LEVELS: LogLevel[] = ['error', 'warn', 'info', 'debug'];

  it.each(LEVELS)('%s and what is more serious is written, the rest is not', (level) => {
    const text = capture({ isJson: true, level }, (logger) => {
      for (const each of LEVELS) logger[each](each);
    });
    const written = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { level: string }).level);

    expect(written).toEqual(LEVELS.slice(0, LEVELS.indexOf(level) + 1));
  });
});
