/**
 * Runs every client that Debian has against davit and prints a table; exits 1 when an installed one failed.
 *
 * davit serves the demonstration image by itself (serve_content without X-Sendfile) on a free loopback port, so nothing else is
 * needed. Started by scripts/clients, which builds first.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDavit, type Davit } from '../tests/support/davit';
import { BOB, CLOSED, OPEN, publishGuardedTree } from '../tests/support/guarded-site';
import { projectRoot } from '../tests/support/project-root';
import { installableClients } from './clients-installed';
import { tryClient, type Trial } from './clients-trial';
import { publishDemo } from './lab/demo-content';
import { listMediaType } from './lab/image';

async function reportClients(): Promise<Trial[]> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-clients-demo-'));
  await publishDemo(folder, join(projectRoot(), 'metadata'));
  const web = (api: string): string => join(folder, 'published/docker', api, 'web');
  const davit = await startDavit({
    config: {
      general: { data_dir: join(folder, 'data') },
      serve_content: { enable: true, use_x_sendfile: false, content_dir_v1: web('v1'), content_dir_v2: web('v2') },
    },
  });
  const guarded = await startGuarded(join(folder, 'guarded'));
  try {
    const digest = await findDigest(`${davit.url}/v2/demo/hello/manifests/latest`);
    const content = {
      repository: `127.0.0.1:${davit.port}/demo/hello`,
      tag: 'latest',
      digest,
      greeting: 'through davit',
      guarded: {
        open: `127.0.0.1:${guarded.port}/${OPEN}:latest`,
        closed: `127.0.0.1:${guarded.port}/${CLOSED}:latest`,
        login: BOB,
      },
    };
    const trials: Trial[] = [];
    for (const client of installableClients) trials.push(await tryClient(client, content));
    return trials;
  } finally {
    await Promise.all([davit.stop(), guarded.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** A public repository, a private one, and one user. */
async function startGuarded(folder: string): Promise<Davit> {
  const { config } = await publishGuardedTree(folder);
  const htpasswd = join(folder, 'htpasswd');
  await writeFile(htpasswd, `${BOB.user}:{SHA}${createHash('sha1').update(BOB.password).digest('base64')}\n`);
  return startDavit({ config: { ...config, auth: { htpasswd, token_signing_keys: join(folder, 'token-key.pem') } } });
}

async function findDigest(url: string): Promise<string> {
  const response = await fetch(url, { headers: { Accept: listMediaType } });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return `sha256:${createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex')}`;
}

function formatTable(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

reportClients().then(
  (trials) => {
    const head = [
      'client',
      'version',
      'by tag',
      'by digest',
      'run',
      'with passwords',
      'what a user reads of a missing tag',
    ];
    const rows = trials.map(({ client, version, byTag, byDigest, run, guarded, missingTag }) => [
      ...[client, version, byTag, byDigest, run, guarded, missingTag],
    ]);
    const reasons = trials.flatMap((trial) => trial.reasons.map((reason) => `${trial.client}: ${reason}\n`));
    process.stdout.write(`${formatTable([head, ...rows])}\n${reasons.length > 0 ? '\n' : ''}${reasons.join('')}`);
    process.exitCode = trials.some(({ hasFailed }) => hasFailed) ? 1 : 0;
  },
  (cause: unknown) => {
    process.stderr.write(`${String(cause)}\n`);
    process.exitCode = 1;
  },
);
