/** `davit explain` under access control, and what the command line says of a list with mistakes. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../app/cli/run-cli';
import { redirectText } from '../load/loading';
import { projectRoot } from '../support/project-root';
import { createTemporaryDirectory } from '../support/temporary-directory';

let directory: string;
let aclFile: string;
let environment: Record<string, string>;
beforeEach(() => {
  directory = createTemporaryDirectory();
  aclFile = join(directory, 'acl.list');
  writeFileSync(join(directory, 'open.json'), redirectText('demo/open', ['latest']));
  writeFileSync(join(directory, 'team.json'), redirectText('team/app', ['latest'], { protected: true }));
  writeFileSync(join(directory, 'crane.conf'), '[general]\n');
  environment = {
    CRANE_CONFIG_PATH: join(directory, 'crane.conf'),
    DAVIT_GENERAL_DATA_DIR: directory,
    DAVIT_AUTH_HTPASSWD: join(directory, 'users'),
    DAVIT_AUTH_TOKEN_SIGNING_KEYS: join(directory, 'token-key.pem'),
  };
});

const useList = (text: string): void => {
  writeFileSync(aclFile, text);
  environment['DAVIT_AUTH_ACL'] = aclFile;
};

async function run(...words: string[]): Promise<{ exitCode: number; out: string[]; err: string[] }> {
  const [out, err]: [string[], string[]] = [[], []];
  const exitCode = await runCli(words, {
    environment,
    print: (line) => out.push(line),
    complain: (line) => err.push(line),
    isTerminal: false,
    version: '1.2.3',
    beginServing: () => undefined,
  });
  return { exitCode, out, err };
}

const PRIVATE = '/v2/team/app/tags/list';
const ALICE = ['--user', 'alice'];
const LIST =
  '{"rules":[{"who":"user:alice","names":"team/**","access":"pull"},{"who":"everyone","names":"**","access":"none"}]}';

describe('explain', () => {
  it.each<[string, string | undefined, string[], string, string, string]>([
    ['without a list', undefined, [], PRIVATE, '401', 'not allowed'],
    ['without a list', undefined, ALICE, PRIVATE, '200', 'tags'],
    ['without a list', undefined, [], '/v2/demo/open/tags/list', '200', 'tags'],
    ['without a list', undefined, [], '/v2/no/such/tags/list', '401', 'not allowed'],
    ['without a list', undefined, ALICE, '/v2/no/such/tags/list', '404', 'tags of an unknown name'],
    ['without a list', undefined, [], '/v2/', '401', 'ping'],
    ['without a list', undefined, ALICE, '/v2/', '200', 'ping'],
    ['without a list', undefined, [], '/v1/repositories/team/app/images', '401', 'not allowed'],
    ['with a list', LIST, ALICE, PRIVATE, '200', 'tags'],
    ['with a list', LIST, ['--user', 'bob'], PRIVATE, '404', 'tags of an unknown name'],
    ['with a list', LIST, [], '/v2/demo/open/tags/list', '401', 'not allowed'],
    ['with one that reveals', LIST.replace('{', '{"reveal":true,'), ['--user', 'bob'], PRIVATE, '403', 'denied'],
  ])('%s %j %j: %s is %s by %s', async (_title, list, flags, path, status, rule) => {
    if (list !== undefined) useList(list);
    const { exitCode, out, err } = await run('explain', ...flags, 'GET', path);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: [] });
    expect([out[0], out.at(-1)]).toEqual([`status    ${status}`, `rule      ${rule}`]);
  });

  it('shows to a user what the catalog shows to him', async () => {
    const namesFor = async (...flags: string[]): Promise<unknown> => {
      const { out } = await run('explain', '--json', ...flags, 'GET', '/v2/_catalog');
      return (JSON.parse(out.join('\n')) as { body: object }).body;
    };
    expect(await namesFor()).toEqual({ repositories: ['demo/open'] });
    expect(await namesFor(...ALICE)).toEqual({ repositories: ['demo/open', 'team/app'] });
  });

  it('says on what the answer depends', async () => {
    const { out } = await run('explain', ...ALICE, 'GET', PRIVATE);
    expect(out).toContain('vary      Authorization');
    const { out: open } = await run('explain', ...ALICE, 'GET', '/v2/demo/open/tags/list');
    expect(open.join()).not.toContain('vary');
  });

  it('needs no users, and makes no key', async () => {
    await run('explain', ...ALICE, 'GET', PRIVATE);
    expect(existsSync(join(directory, 'token-key.pem'))).toBe(false);
  });
});

describe('a list that is not taken', () => {
  const PLACE = 'davit: configuration: [auth] acl:';

  it('is told with every place in it', async () => {
    useList('{"rules":[{"who":"group:x","names":"**"}]}');
    expect(await run('explain', 'GET', '/v2/')).toEqual({
      exitCode: 2,
      out: [],
      err: [
        `${PLACE} ${aclFile}: /rules/0/access: is missing`,
        `${PLACE} ${aclFile}: /rules/0/who: there is no group "x" under groups`,
      ],
    });
  });

  it.each([
    ['no JSON', '{', /: is not JSON/],
    ['no object', '[]', /: must be/],
    ['a document without rules', '{}', /: \/rules: is missing$/],
  ])('%s is told in one line', async (_title, text, message) => {
    useList(text);
    const { exitCode, err } = await run('explain', 'GET', '/v2/');
    expect([exitCode, err]).toEqual([2, [expect.stringMatching(message) as string]]);
    expect(err[0]?.startsWith(`${PLACE} ${aclFile}: `)).toBe(true);
    expect(err[0]).not.toContain(': :');
  });

  it('that is not there is told', async () => {
    environment['DAVIT_AUTH_ACL'] = aclFile;
    const { exitCode, err } = await run('explain', 'GET', '/v2/');
    expect([exitCode, err]).toEqual([2, [expect.stringContaining(`${PLACE} ${aclFile}: `)]]);
  });

  it('keeps davit from serving, with all else that is wrong, in the same words', async () => {
    useList('{');
    const { err } = await run('explain', 'GET', '/v2/');
    const { status, stderr } = spawnSync(process.execPath, [join(projectRoot(), 'dist/main.js'), 'serve'], {
      env: environment,
      encoding: 'utf8',
    });
    const users = `davit: configuration: [auth] htpasswd: ${join(directory, 'users')}: is not there`;
    const told = stderr.split('\n').filter((line) => line.startsWith('davit: '));
    expect([status, told]).toEqual([2, [...err, users]]);
  });
});
