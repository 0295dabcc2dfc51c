/** The limits in [server]: what they are read as, and what they cannot be. */
import { ConfigurationFiles, expectConfig, mistakesOf } from './configuration-files';

const files = new ConfigurationFiles();
afterAll(() => files.remove());

it('are numbers, seconds and bytes', () => {
  const text = `[server]
max_connections = 2000
header_timeout = 2.5
request_timeout = 10
idle_timeout = 100
max_header_size = 32768
`;
  expect(expectConfig(files.loadText(text)).server.limits).toEqual({
    maxConnections: 2000,
    headerTimeoutMs: 2500,
    requestTimeoutMs: 10_000,
    idleTimeoutMs: 100_000,
    maxHeaderBytes: 32_768,
  });
});

it.each([
  ['max_connections', '0', 'a whole number from 1 to 1000000'],
  ['max_connections', 'many', 'a whole number from 1 to 1000000'],
  ['header_timeout', '0', 'a number of seconds above 0, at most 2147483'],
  ['request_timeout', '-1', 'a number of seconds above 0, at most 2147483'],
  ['idle_timeout', '', 'a number of seconds above 0, at most 2147483'],
  ['max_header_size', '1023', 'a whole number from 1024 to 1048576'],
  ['max_header_size', '16k', 'a whole number from 1024 to 1048576'],
])('%s cannot be %j', (key, value, form) => {
  const loaded = files.load({ environment: { [`DAVIT_SERVER_${key.toUpperCase()}`]: value } });
  expect(mistakesOf(loaded)).toEqual([
    `[server] ${key} (environment DAVIT_SERVER_${key.toUpperCase()}): must be ${form}, not "${value}"`,
  ]);
});
