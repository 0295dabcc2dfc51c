/**
 * The kinds of value a key can have: each turns the text of a crane.conf, the environment or the command line into a typed value,
 * or says what it must be instead. Addresses have a file of their own. Pure.
 */

export type Parsed<T> = { value: T } | { mistake: string };

export interface Kind<T> {
  /** What to write, for the table in docs/configuration.md; completes "must be …". */
  form: string;
  /** False for secrets, and for addresses that may carry one: a mistake then does not repeat the text. */
  isQuotable: boolean;
  parse(text: string): Parsed<T>;
}

/** A kind that is recognised by a function which finds nothing in a wrong text. */
export function createKind<T>(form: string, find: (text: string) => T | undefined, isQuotable = true): Kind<T> {
  const parse = (text: string): Parsed<T> => {
    const value = find(text);
    return value === undefined ? { mistake: `must be ${form}` } : { value };
  };
  return { form, isQuotable, parse };
}

/** Nothing behind the `=` means that there is none. */
export const optional = <T>(kind: Kind<T>): Kind<T | undefined> => ({
  ...kind,
  parse: (text) => (text === '' ? { value: undefined } : kind.parse(text)),
});

/** Control characters come from continuation lines, U+FFFD from bytes that are not UTF-8: neither may reach a header or a path. */
const isPrintable = (text: string): boolean => /^[^\p{Cc}\uFFFD]+$/u.test(text);
const printable = (text: string): string | undefined => (isPrintable(text) ? text : undefined);

const truths = new Map([
  ...['1', 'yes', 'true', 'on'].map((word) => [word, true] as const),
  ...['0', 'no', 'false', 'off'].map((word) => [word, false] as const),
]);

/** Python's getboolean. */
export const boolean = createKind('true or false (also 1, yes, on, 0, no, off)', (text) =>
  truths.get(text.toLowerCase()),
);

/** What becomes a part of a Location header as it is. */
export const urlPart = createKind('a part of a URL: ASCII without spaces', (part) =>
  /^[\x21-\x7e]+$/.test(part) ? part : undefined,
);

export const path = createKind('a path', printable);

/** A path with a space or a comma in it cannot be told from two. */
export const pathList = createKind('paths without spaces, separated by commas or spaces', (text) => {
  const paths = text.split(/[\s,]+/).filter((word) => word !== '');
  return paths.length > 0 && paths.every(isPrintable) ? [...new Set(paths)] : undefined;
});

export const printableText = createKind('text without control characters', printable);

export const accessLog = createKind('a path, or - for standard output', printable);

export const integer = (minimum: number, maximum = Number.MAX_SAFE_INTEGER): Kind<number> => {
  const isBounded = maximum < Number.MAX_SAFE_INTEGER;
  return createKind(
    `a whole number${isBounded ? ` from ${minimum} to ${maximum}` : `, at least ${minimum}`}`,
    (digits) => {
      const value = /^\+?\d+$/.test(digits) ? Number(digits) : NaN;
      return value >= minimum && value <= maximum ? value : undefined;
    },
  );
};

/** A timer fires at once when its delay does not fit into 31 bits of milliseconds. */
const maximumIntervalMs = 2 ** 31 - 1;

/** Read in seconds, kept in milliseconds. */
export const intervalMs = createKind(
  `a number of seconds above 0, at most ${Math.floor(maximumIntervalMs / 1000)}`,
  (digits) => {
    const value = /^\+?\d+(\.\d+)?$/.test(digits) ? Math.round(Number(digits) * 1000) : NaN;
    return value >= 1 && value <= maximumIntervalMs ? value : undefined;
  },
);

export const choice = <T extends string>(...words: readonly T[]): Kind<T> =>
  createKind(words.join(', ').replace(/, ([^,]*)$/, ' or $1'), (written) =>
    words.find((word) => word === written.toLowerCase()),
  );

/** The name of a query parameter, which goes into a Location as it stands. */
export const parameterName = createKind('a name of letters, digits and - . _ ~', (name) =>
  /^[\w.~-]+$/.test(name) ? name : undefined,
);

export const secretHex = createKind(
  'an even number of hexadecimal digits',
  (digits) => (/^([0-9a-f]{2})+$/i.test(digits) ? digits : undefined),
  false,
);

const isHttpUrl = (address: string): boolean => {
  if (!isPrintable(address) || !/^https?:\/\//i.test(address) || !URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === '' && password === '';
};

export const httpUrl = createKind(
  'an http or https URL without user and password',
  (address) => (isHttpUrl(address) ? address : undefined),
  false,
);

/** What may stand between quotes in a WWW-Authenticate header; not every client reads escapes there, or a comma. */
const isQuotedAsItIs = (text: string): boolean => /^[\x20-\x7e]+$/.test(text) && !/["\\,]/.test(text);

export const serviceName = createKind('ASCII text without quotes, backslashes and commas', (name) =>
  isQuotedAsItIs(name) ? name : undefined,
);

export const tokenRealm = createKind(
  'an http or https URL of ASCII, without user, password, spaces, quotes, backslashes, commas and #',
  (address) => (isHttpUrl(address) && isQuotedAsItIs(address) && !/[ #]/.test(address) ? address : undefined),
  false,
);

export const searchTemplate = createKind(
  'an http or https URL without user and password, with {0} where the words searched for belong',
  // The words come from a client: they may choose a path or a query, never the host.
  (address) => (isHttpUrl(address) && /^[^/]*\/\/[^/?#{]+[/?][^#]*\{0\}/.test(address) ? address : undefined),
  false,
);
