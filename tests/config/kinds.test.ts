/** Each kind of value: what it takes, what it makes of it, and what it refuses. */
import { addressList, endpoint, listenAddress } from '../../app/config/addresses';
import {
  boolean,
  choice,
  httpUrl,
  integer,
  intervalMs,
  optional,
  parameterName,
  path,
  pathList,
  printableText,
  searchTemplate,
  secretHex,
  serviceName,
  tokenRealm,
  urlPart,
  type Kind,
} from '../../app/config/kinds';

const accepted: [kind: Kind<unknown>, written: string, value: unknown][] = [
  ...['1', 'yes', 'true', 'on', 'True', 'YES', 'oN'].map((word): [Kind<unknown>, string, unknown] => [
    boolean,
    word,
    true,
  ]),
  ...['0', 'no', 'false', 'off', 'False', 'OFF'].map((word): [Kind<unknown>, string, unknown] => [
    boolean,
    word,
    false,
  ]),
  [urlPart, 'http://a/b?c;d', 'http://a/b?c;d'],
  [path, '/var/lib/crane/metadata/', '/var/lib/crane/metadata/'],
  [path, 'metadata', 'metadata'],
  [optional(path), '', undefined],
  [optional(path), 'x', 'x'],
  [pathList, '/etc/davit/a.pem', ['/etc/davit/a.pem']],
  [pathList, ' a.pem, b.pem\n/c.pem,,a.pem ', ['a.pem', 'b.pem', '/c.pem']],
  [printableText, 'Auth, "service" ő', 'Auth, "service" ő'],
  [serviceName, 'Docker registry', 'Docker registry'],
  [serviceName, 'https://registry.example.com:5000', 'https://registry.example.com:5000'],
  [tokenRealm, 'https://auth.example.com/jwt/auth?a=b&c', 'https://auth.example.com/jwt/auth?a=b&c'],
  [tokenRealm, 'http://[::1]:5001', 'http://[::1]:5001'],
  [integer(1), '300', 300],
  [integer(1), '+007', 7],
  [integer(0), '0', 0],
  [integer(1, 64), '64', 64],
  [intervalMs, '60', 60_000],
  [intervalMs, '0.25', 250],
  [intervalMs, '0.001', 1],
  [intervalMs, '2147483', 2_147_483_000],
  [choice('sha256', 'md5'), 'SHA256', 'sha256'],
  [parameterName, '_auth_', '_auth_'],
  [parameterName, 'a-b.c~9', 'a-b.c~9'],
  [secretHex, 'b8470F03', 'b8470F03'],
  [httpUrl, 'https://search.example.com/gsa?x=1&y=2', 'https://search.example.com/gsa?x=1&y=2'],
  [httpUrl, 'HTTP://127.0.0.1:8983', 'HTTP://127.0.0.1:8983'],
  [searchTemplate, 'http://localhost:8983/solr?q={0}&wt=json', 'http://localhost:8983/solr?q={0}&wt=json'],
  [searchTemplate, 'http://[::1]/{0}', 'http://[::1]/{0}'],
  [listenAddress, '127.0.0.1:5000', { host: '127.0.0.1', port: 5000 }],
  [listenAddress, 'localhost:0', { host: 'localhost', port: 0 }],
  [listenAddress, '[::1]:65535', { host: '::1', port: 65_535 }],
  [listenAddress, ':5000', { host: '', port: 5000 }],
  [endpoint, 'registry.example.com', 'registry.example.com'],
  [endpoint, 'registry.example.com:443', 'registry.example.com:443'],
  [endpoint, '[2001:db8::1]:443', '[2001:db8::1]:443'],
  [endpoint, '[::1]', '[::1]'],
  [endpoint, '192.0.2.1', '192.0.2.1'],
  [endpoint, 'my_host-2', 'my_host-2'],
  [addressList, '', []],
  [addressList, 'loopback', ['127.0.0.0/8', '::1/128']],
  [addressList, 'Loopback, 10.0.0.0/8', ['127.0.0.0/8', '::1/128', '10.0.0.0/8']],
  [addressList, ' 192.0.2.1\n2001:db8::/32,,::1 ', ['192.0.2.1/32', '2001:db8::/32', '::1/128']],
  [addressList, '0.0.0.0/0 ::/0', ['0.0.0.0/0', '::/0']],
  [addressList, 'loopback 127.0.0.0/08 loopback', ['127.0.0.0/8', '::1/128']],
];

const refused: [kind: Kind<unknown>, written: string][] = [
  // Node refuses to write it into a header.
  [urlPart, 'ő'],
  [urlPart, 'a b'],
  ...['', 'y', 'maybe', '2', 'true false'].map((word): [Kind<unknown>, string] => [boolean, word]),
  ...['', 'a\nb', 'a\u0000', 'a\u007Fb', '\uFFFD'].flatMap((word): [Kind<unknown>, string][] => [
    [urlPart, word],
    [path, word],
    [printableText, word],
    [serviceName, word],
  ]),
  ...['', ' , ', 'a\u0000', 'a \u007F', 'a,\uFFFD'].map((word): [Kind<unknown>, string] => [pathList, word]),
  ...['a"b', 'a\\b', 'a,b', 'ő'].map((word): [Kind<unknown>, string] => [serviceName, word]),
  ...[
    '',
    '/token',
    'auth.example.com',
    'ftp://a/',
    'https://u:p@a/',
    'https://u@a/',
    'https://a/ő',
    'https://a/"',
    'https://a/\\',
    'https://a/,',
    'https://a/ b',
    'https://a/\nb',
    'https://a/#b',
  ].map((word): [Kind<unknown>, string] => [tokenRealm, word]),
  ...['', '0', '-1', '1.5', '1e3', '0x10', '9007199254740993'].map((word): [Kind<unknown>, string] => [
    integer(1),
    word,
  ]),
  [integer(1, 64), '65'],
  ...['', '0', '0.0001', '-5', '1e9', '2147484', '.5', '5.', 'NaN'].map((word): [Kind<unknown>, string] => [
    intervalMs,
    word,
  ]),
  ...['', 'sha512', 'sha256 '].map((word): [Kind<unknown>, string] => [choice('sha256', 'md5'), word]),
  ...['', 'a b', 'a=b', 'a&b', 'ä'].map((word): [Kind<unknown>, string] => [parameterName, word]),
  ...['abc', 'xy', '0x12', 'ab cd', ''].map((word): [Kind<unknown>, string] => [secretHex, word]),
  ...[
    '',
    '/search',
    'ftp://a/',
    'javascript:1',
    'http://',
    'http://u:p@a/',
    'http://u@a/',
    'http://a/\nb',
    'https://a:99999/',
  ].map((word): [Kind<unknown>, string] => [httpUrl, word]),
  ...[
    'http://a/q',
    'http://{0}.example.com/',
    'http://{0}/',
    'http://a{0}/',
    'http://a/#{0}',
    '{0}',
    'http://u:p@a/{0}',
  ].map((word): [Kind<unknown>, string] => [searchTemplate, word]),
  ...[
    '',
    '5000',
    'localhost',
    '::1:5000',
    '[::1]',
    '[localhost]:1',
    '127.0.0.1:65536',
    '127.0.0.1:',
    '127.0.0.256:1',
    'a b:1',
    '*:80',
  ].map((word): [Kind<unknown>, string] => [listenAddress, word]),
  ...['', ':443', 'a:0', 'http://a', 'a/b', 'a:b', '-a', '10.0.0', '::1', 'a:1:2', '[fe80::1%eth0]'].map(
    (word): [Kind<unknown>, string] => [endpoint, word],
  ),
  ...[
    'everyone',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    'fe80::1%eth0',
    '10.0.0',
    '1.2.3.4:80',
  ].map((word): [Kind<unknown>, string] => [addressList, word]),
];

describe('kinds of value', () => {
  it.each(accepted.map(([kind, written, value]) => [kind.form, written, value, kind] as const))(
    '%s: takes %j as %j',
    (_form, written, value, kind) => {
      expect(kind.parse(written)).toEqual({ value });
    },
  );

  it.each(refused.map(([kind, written]) => [kind.form, written, kind] as const))(
    '%s: refuses %j',
    (form, written, kind) => {
      expect(kind.parse(written)).toEqual({ mistake: `must be ${form}` });
    },
  );

  it('names all choices', () => {
    expect(choice('sha256', 'sha1', 'md5').form).toBe('sha256, sha1 or md5');
  });

  it('never repeats what may hold a secret', () => {
    const secretive = [secretHex, httpUrl, searchTemplate, tokenRealm, optional(secretHex)];
    expect(secretive.map(({ isQuotable }) => isQuotable)).toEqual(secretive.map(() => false));
    expect(boolean.isQuotable).toBe(true);
  });
});
