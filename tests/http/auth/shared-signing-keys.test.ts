/** The signing key that processes have in common without a file. */
import { openSharedSigningKeys } from '../../../app/http/auth/shared-signing-keys';
import { generateSigningKeyPem, parseSigningKey } from '../../../app/access/tokens/signing-key';
import type { LogLine } from '../front';

const idOf = (pem: string): string => {
  const parsed = parseSigningKey(pem);
  if (parsed.kind === 'refused') throw new Error(parsed.mistake);
  return parsed.key.id;
};

function open() {
  const log: LogLine[] = [];
  const record =
    (level: LogLine['level']) =>
    (message: string, fields: LogLine['fields'] = {}): void =>
      void log.push({ level, message, fields });
  const logger = { error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') };
  const share = { offered: '', tell: (_text: string): void => undefined, isClosed: false };
  const watched = openSharedSigningKeys(
    (offer, onChange) => {
      [share.offered, share.tell] = [offer, onChange];
      return { close: () => (share.isClosed = true) };
    },
    logger,
    (keys) => keys.map(({ id }) => id),
  );
  return { watched, share, log };
}

it('is its own at first, which it offers to the others', () => {
  const { watched, share } = open();
  expect(watched.value).toEqual([idOf(share.offered)]);
});

it('is that of the others when there is one; what was signed by the last one stays good', () => {
  const { watched, share } = open();
  const [own] = watched.value;
  const [second, third] = [generateSigningKeyPem(), generateSigningKeyPem()];
  share.tell(second);
  expect(watched.value).toEqual([idOf(second), own]);
  share.tell(third);
  expect(watched.value).toEqual([idOf(third), idOf(second)]);
});

it('stays when what the others have is no key', () => {
  const { watched, share, log } = open();
  const before = watched.value;
  share.tell('no key');
  expect(watched.value).toEqual(before);
  expect(log).toEqual([{ level: 'error', message: expect.stringContaining('cannot be used') as string, fields: {} }]);
});

it('is not asked for any more when it is closed', async () => {
  const { watched, share } = open();
  await watched.reload();
  await watched.close();
  expect(share.isClosed).toBe(true);
});
