/** Tokens of somebody else's service: its word is what counts, whatever the rules here, and Basic is as good as before. */
import { writeFileSync } from 'node:fs';
import { createEcKeys, createRsaKeys, pemOf, signByHand, type KeyPair } from '../../access/hand-made-tokens';
import { createTemporaryDirectory } from '../../support/temporary-directory';
import { ask } from '../answers';
import { repositories } from '../repositories';
import { ways, withFront, type ServedFront } from '../ways';
import { ALICE, basic, bearer, USERS } from './credentials';
import { fileOf } from './open-test-gate';

const REALM = 'https://auth.example.com/token';
const PATH = '/v2/secret/five/tags/list';
const [keys, newKeys] = [createRsaKeys(), createEcKeys()];

const tokenOf = ({ privateKey }: KeyPair, alg: string, ...names: string[]): Record<string, string> => {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'auth.example.com',
    sub: 'erin',
    aud: ['other', 'registry.example.com'],
    exp: nowSeconds + 300,
    access: names.map((name) => ({ type: 'repository', name, actions: ['pull'] })),
  };
  return bearer(signByHand({ typ: 'JWT', alg }, claims, privateKey));
};

describe.each(ways)('$title', (way) => {
  const withService = <T>(acl: unknown, use: (front: ServedFront, directory: string) => Promise<T>): Promise<T> => {
    const directory = createTemporaryDirectory();
    const auth = {
      users: USERS,
      directory,
      external: { realm: REALM, keys: pemOf(keys.publicKey) },
      token: { service: 'registry.example.com', issuer: 'auth.example.com' },
      ...(acl !== undefined && { acl }),
    };
    return withFront(way, { files: repositories, auth }, (front) => use(front, directory));
  };

  it('what it grants may be pulled, by users who are none here, and against the rules here', async () => {
    const nobody = { rules: [{ who: 'everyone', names: '**', access: 'none' }] };
    for (const acl of [undefined, nobody]) {
      await withService(acl, async ({ url }) => {
        const token = tokenOf(keys, 'RS256', 'secret/five');
        expect(await ask(url, PATH, token)).toMatchObject({
          status: 200,
          headers: { vary: 'Authorization', 'cache-control': 'no-store' },
        });
        expect(await ask(url, '/v2/', token)).toMatchObject({ status: 200 });
        expect(await ask(url, '/v2/_catalog', token)).toMatchObject({
          status: 200,
          body: expect.stringContaining('"secret/five"') as string,
        });
        expect(await ask(url, '/v2/secret/text/tags/list', token)).toMatchObject({
          status: 401,
          headers: {
            'www-authenticate': `Bearer realm="${REALM}",service="registry.example.com",scope="repository:secret/text:pull",error="insufficient_scope"`,
          },
        });
      });
    }
  });

  it('a name that it grants and that is not there is 404', async () => {
    await withService(undefined, async ({ url }) => {
      const answer = await ask(url, '/v2/no/such/tags/list', tokenOf(keys, 'RS256', 'no/such'));
      expect(answer).toMatchObject({ status: 404 });
    });
  });

  it('users of the password file pull by Basic, also over v1', async () => {
    await withService(undefined, async ({ url }) => {
      expect(await ask(url, PATH, ALICE)).toMatchObject({ status: 200 });
      expect(await ask(url, PATH, basic('alice', 'x'))).toMatchObject({ status: 401 });
      const { headers } = await ask(url, '/v1/repositories/secret/v1/images', ALICE);
      const token = { Authorization: headers['www-authenticate'] ?? '' };
      expect(await ask(url, '/v1/repositories/secret/v1/tags', token)).toMatchObject({ status: 200 });
    });
  });

  it('its keys may change, and stay as they were when the file turns bad', async () => {
    await withService(undefined, async ({ url, access, log }, directory) => {
      const statuses = async (): Promise<number[]> => [
        (await ask(url, PATH, tokenOf(keys, 'RS256', 'secret/five'))).status,
        (await ask(url, PATH, tokenOf(newKeys, 'ES256', 'secret/five'))).status,
      ];
      const put = async (text: string): Promise<void> => {
        writeFileSync(fileOf(directory, 'external.pem'), text);
        log.length = 0;
        await access?.reload();
      };
      expect(await statuses()).toEqual([200, 401]);

      await put('-----BEGIN NOTHING-----');
      expect(log).toMatchObject([
        { level: 'warn', fields: { key: '[auth] token_keys', mistakes: [expect.any(String)] } },
      ]);
      expect(await statuses()).toEqual([200, 401]);

      await put(JSON.stringify({ keys: [keys, newKeys].map(({ publicKey }) => publicKey.export({ format: 'jwk' })) }));
      expect(log).toMatchObject([{ level: 'info' }]);
      expect(await statuses()).toEqual([200, 200]);

      await put(pemOf(newKeys.publicKey));
      expect(await statuses()).toEqual([401, 200]);
      expect(log.at(-1)?.fields['reason']).toBe('does not name its key, and token_keys has none for RS256');
    });
  });
});
