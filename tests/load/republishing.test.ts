/** 500 publications while requests are answered: every answer is one that was published. */
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { defaultConfig } from '../../app/config/config';
import { createFront } from '../../app/http/create-app';
import { createSchema2Image } from '../../scripts/lab/image';
import { Publisher } from '../../scripts/lab/publisher';
import { request } from '../support/http';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { createLogRecorder, redirectText, startLoading } from './loading';

const PUBLICATIONS = 500;
const SCHEMA2 = 'application/vnd.docker.distribution.manifest.v2+json';

describe('500 publications with requests running', () => {
  it('gives not one wrong answer', async () => {
    const image = createSchema2Image();
    const publisher = new Publisher(createTemporaryDirectory());
    // `even` and `odd` take turns as the only tag; `steady` is there always; the digest is too.
    const publish = (version: number): Promise<void> =>
      publisher.publish(
        {
          id: 'hello',
          name: 'demo/hello',
          version: 5,
          manifests: [{ manifest: image, tags: ['steady', version % 2 ? 'odd' : 'even'] }],
        },
        { order: version % 5 === 0 ? 'racy' : 'modern' },
      );
    await publish(0);
    const plain = join(publisher.published, 'v2/app/plain.json');
    writeFileSync(plain, redirectText('demo/plain', ['steady']));

    const loading = await startLoading(publisher.published);
    const { logger } = createLogRecorder();
    const { pull } = createFront({ config: defaultConfig(), index: loading.index, loader: loading.loader, logger });
    const server = createServer((incoming, response) => pull(incoming, response, () => response.end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const expected: Record<string, string[]> = {
      '/v2/demo/hello/manifests/steady': ['302'],
      [`/v2/demo/hello/manifests/${image.digest}`]: ['302'],
      '/v2/demo/hello/manifests/never': ['404'],
      '/v2/demo/hello/manifests/even': ['302', '404'],
      '/v2/demo/plain/manifests/steady': ['302'],
      '/v2/demo/unknown/manifests/steady': ['404'],
    };
    const wrong: string[] = [];
    let answers = 0;
    const state = { isPublishing: true };
    const ask = async (): Promise<void> => {
      while (state.isPublishing) {
        for (const [path, right] of Object.entries(expected)) {
          const { status } = await request(base, { path, headers: [['Accept', SCHEMA2]] });
          answers++;
          if (!right.includes(String(status))) wrong.push(`${path}: ${status}`);
        }
        const { body } = await request(base, { path: '/v2/demo/hello/tags/list' });
        const { tags } = JSON.parse(body.toString()) as { tags: string[] };
        if (!['even,steady', 'odd,steady'].includes(tags.join())) wrong.push(`tags ${tags.join()}`);
      }
    };
    const asking = [ask(), ask()];
    for (let version = 1; version <= PUBLICATIONS; version++) {
      await publish(version);
      if (version % 50 === 0) writeFileSync(plain, redirectText('demo/plain', ['steady', `tag-${version}`]));
    }
    await until('the last version is served', () => loading.serves('demo/hello', PUBLICATIONS % 2 ? 'odd' : 'even'));
    await until('enough was asked', () => answers > PUBLICATIONS);
    state.isPublishing = false;
    await Promise.all(asking);
    await new Promise((resolve) => server.close(resolve));
    expect(wrong).toEqual([]);
  }, 300_000);
});
