/**
 * Old docker, emulated, on one registry with public and private repositories: v2 and v1, over http and over https,
 * without credentials, with right and with wrong ones.
 */
import { createCertificate } from '../support/certificate';
import { startDavit, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request } from '../support/http';
import type { Era } from '../support/old-docker/eras';
import { createOldDocker, type OldDocker, type PullOutcome } from '../support/old-docker/old-docker';
import { createTemporaryDirectory } from '../support/temporary-directory';

const { ALICE, BOB, CLOSED, CLOSED_V1, OPEN, OPEN_V1 } = site;
const WRONG = { ...ALICE, password: 'wrong' };

/** The ones between which something changed. */
const RELEASES: [version: string, era: Era][] = [
  ['1.5.0', '1.5-1.7'],
  ['1.6.2', '1.5-1.7'],
  ['1.7.1', '1.5-1.7'],
  ['1.8.3', '1.8-1.9'],
  ['1.9.1', '1.8-1.9'],
  ['1.10.3', '1.10-17.11'],
  ['1.11.2', '1.10-17.11'],
  ['1.13.1', '1.10-17.11'],
  ['17.11.0-ce', '1.10-17.11'],
];

describe.each(['http', 'https'])('over %s', (scheme) => {
  let davit: Davit;
  beforeAll(async () => {
    const folder = createTemporaryDirectory();
    const { config } = await site.publishGuardedTree(folder);
    const { certificateFile, keyFile } = await createCertificate(createTemporaryDirectory());
    const server = scheme === 'https' ? { tls_cert: certificateFile, tls_key: keyFile } : {};
    davit = await startDavit({ config: { ...config, server, auth: site.writePasswords(folder) } });
  });
  afterAll(() => davit.stop());

  describe.each(RELEASES)('docker %s', (version, era) => {
    const docker = (login?: site.Credentials): OldDocker =>
      createOldDocker({ era, version, registry: davit.url, login });
    const summarize = ({ protocol, images }: PullOutcome): object => ({
      protocol,
      images: images.map(({ tag, digestOrId }) => [tag, digestOrId]),
    });
    const v2 = (name: typeof OPEN | typeof CLOSED): object => {
      const { schema2, schema1 } = site.v2Content[name];
      const { digest } = era === '1.10-17.11' ? schema2 : schema1;
      return { protocol: 'v2', images: [['latest', digest]] };
    };
    const v1 = (name: typeof OPEN_V1 | typeof CLOSED_V1): object => ({
      protocol: 'v1',
      images: [['latest', site.v1Content[name][0]?.id]],
    });

    it.each([
      ['without credentials', undefined],
      ['with them', ALICE],
    ])('pulls what is public %s', async (_how, login) => {
      expect(summarize(await docker(login).pull(OPEN, 'latest'))).toEqual(v2(OPEN));
      expect(summarize(await docker(login).pull(OPEN_V1, 'latest'))).toEqual(v1(OPEN_V1));
      expect(summarize(await docker(login).pullAll(OPEN))).toEqual(v2(OPEN));
      expect(summarize(await docker(login).pullAll(OPEN_V1))).toEqual(v1(OPEN_V1));
    });

    it('pulls what is private with credentials', async () => {
      expect(summarize(await docker(ALICE).pull(CLOSED, 'latest'))).toEqual(v2(CLOSED));
      expect(summarize(await docker(ALICE).pull(CLOSED_V1, 'latest'))).toEqual(v1(CLOSED_V1));
      expect(summarize(await docker(ALICE).pullAll(CLOSED))).toEqual(v2(CLOSED));
      expect(summarize(await docker(BOB).pullAll(CLOSED_V1))).toEqual(v1(CLOSED_V1));
    });

    it.each([
      ['without credentials', undefined],
      ['with a wrong password', WRONG],
    ])('is refused what is private, as what is not there, %s', async (_how, login) => {
      for (const name of [CLOSED, CLOSED_V1, 'demo/nothing']) {
        await expect(docker(login).pull(name, 'latest')).rejects.toThrow(/Authentication is required/);
        await expect(docker(login).pullAll(name)).rejects.toThrow(/Authentication is required/);
      }
    });

    it('reads that what is not there is unknown, with credentials', async () => {
      await expect(docker(ALICE).pull('demo/nothing', 'latest')).rejects.toThrow(/not found/);
      await expect(docker(ALICE).pull(CLOSED, 'nope')).rejects.toThrow(/not found|unknown/);
    });
  });

  it('files of a private image need a token of a repository that has it, or a user', async () => {
    const [image] = site.v1Content[CLOSED_V1];
    const ask = async (path: string, authorization?: string): Promise<[number, string]> => {
      const headers: [string, string][] = authorization === undefined ? [] : [['Authorization', authorization]];
      const { status, headers: answered } = await request(davit.url, { path, headers });
      return [status, String(answered['x-docker-token'] ?? '')];
    };
    const [, basic] = site.basicOf(ALICE);
    const file = `/v1/images/${image?.id ?? ''}/ancestry`;
    const [, own] = await ask(`/v1/repositories/${CLOSED_V1}/images`, basic);
    const [, other] = await ask(`/v1/repositories/${OPEN_V1}/images`, basic);
    const [, anonymous] = await ask(`/v1/repositories/${OPEN_V1}/images`);
    const statuses: number[] = [];
    for (const authorization of [undefined, 'Token ', `Token ${anonymous}`, `Token ${other}`, `Token ${own}`, basic]) {
      const [status] = await ask(file, authorization);
      statuses.push(status);
    }
    expect(statuses).toEqual([401, 401, 401, 404, 200, 200]);
  });
});
