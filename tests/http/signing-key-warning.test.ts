/** A signing key that others may read is taken, with a warning that names it. */
import { chmodSync } from 'node:fs';
import { loadOrCreateSigningKey } from '../../app/access/tokens/load-signing-key';
import { join } from 'node:path';
import { openSigningKeys } from '../../app/http/auth/auth-files';
import type { Logger } from '../../app/observe/logger';
import { createTemporaryDirectory } from '../support/temporary-directory';

it('is written at the start, once for each such file', async () => {
  const folder = createTemporaryDirectory();
  const paths = [join(folder, 'first.pem'), join(folder, 'second.pem')];
  const warn = jest.fn();
  const logger = { warn } as unknown as Logger;
  const open = async (): Promise<void> => {
    const opened = await openSigningKeys(paths, logger, (keys) => keys.length);
    if (opened.kind === 'refused') throw new Error(opened.mistakes.join('\n'));
    expect(opened.watched.value).toBe(2);
    await opened.watched.close();
  };

  // Only the first one is made where there is none.
  await loadOrCreateSigningKey(paths[1] as string);
  await open();
  expect(warn).not.toHaveBeenCalled();
  chmodSync(paths[1] as string, 0o644);
  await open();
  expect(warn.mock.calls).toEqual([
    [
      'configuration',
      {
        warning: `[auth] token_signing_keys: ${paths[1]}: is a private key that others may use: its mode is 0644, and 0600 is enough`,
      },
    ],
  ]);
});
