/**
 * The built program with few file descriptors: it takes fewer connections than are configured, serves those that it has,
 * goes on reading redirect files, and takes new ones when others go.
 */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDavit, type Davit } from '../support/davit';
import { request } from '../support/http';
import { projectRoot } from '../support/project-root';
import { openRaw, statusesOf, type RawConnection } from '../support/raw-connection';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { PULL } from './crowd';

jest.setTimeout(180_000);

const OPEN_FILES = 256;
const POSSIBLE = 128;

let davit: Davit | undefined;
let connections: RawConnection[] = [];
afterEach(async () => {
  for (const { socket } of connections) socket.destroy();
  await davit?.stop();
  connections = [];
  davit = undefined;
});

async function pullOn({ socket, received }: RawConnection, bytes = PULL): Promise<number | undefined> {
  const before = statusesOf(received()).length;
  socket.write(bytes);
  await until('it is answered', () => statusesOf(received()).length > before);
  return statusesOf(received()).at(-1);
}

it('is full with fewer connections, serves them, sees publications, and takes new ones when others go', async () => {
  const dataDir = createTemporaryDirectory();
  cpSync(join(projectRoot(), 'metadata'), dataDir, { recursive: true });
  const running = (davit = await startDavit({ config: { general: { data_dir: dataDir } }, openFiles: OPEN_FILES }));
  // What a program has written may come after its first answer.
  await until('it says so', () => running.output().includes(`"possible":${POSSIBLE},"openFiles":${OPEN_FILES}`));

  for (let count = 0; count < 300; count++) connections.push(await openRaw(running.url));
  await until('those beyond are closed', () => connections.filter(({ isClosed }) => !isClosed()).length === POSSIBLE);
  const served = connections.filter(({ isClosed }) => !isClosed());
  for (const connection of served) expect(await pullOn(connection)).toBe(302);
  await expect(request(running.url, { path: '/v2/' })).rejects.toThrow(/hang up|ECONNRESET/);

  const [first] = served as [RawConnection];
  const published = PULL.replace('example/tools', 'example/new');
  expect(await pullOn(first, published)).toBe(404);
  const text = { version: 2, repository: 'new', 'repo-registry-id': 'example/new', url: 'https://static.example.com/' };
  writeFileSync(join(dataDir, 'new.json'), JSON.stringify(text));
  await until('the publication is in service', async () => (await pullOn(first, published)) === 302);

  first.socket.destroy();
  await until('there is room again', () =>
    request(running.url, { path: '/v2/' }).then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  expect(running.output().match(/connections refused/g)).toHaveLength(1);
  expect(running.output()).not.toContain('"level":"error"');
});
