/**
 * The files that operators get: Apache finds no fault with them, and the documentation and docker-compose.yml speak of
 * the same Defines.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadConfig } from '../../app/config/load-config';
import { apacheArguments, createPublicFolder } from '../support/apache';
import { createCertificate, type Certificate } from '../support/certificate';
import { runCommand } from '../support/clients';
import { projectRoot } from '../support/project-root';

const read = (path: string): string => readFileSync(join(projectRoot(), path), 'utf8');
const shipped = readdirSync(join(projectRoot(), 'docs/apache')).map((name) => read(`docs/apache/${name}`));
const namesIn = (text: string): string[] => [...new Set(text.match(/DAVIT_[A-Z_]+[A-Z]/g))].sort();

/** Made by the files for themselves, not for operators. */
const internalDefines = ['DAVIT_OWN_ANSWER'];
const definable = namesIn(shipped.join('\n')).filter((name) => !internalDefines.includes(name));

let folder = '';
let certificate: Certificate;

beforeAll(async () => {
  folder = await createPublicFolder('davit-apache-config-');
  await mkdir(join(folder, 'run'));
  certificate = await createCertificate(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function expectNoFault(defines: Record<string, string | true>, directives: string[] = []): Promise<void> {
  const args = apacheArguments(folder, { defines, directives });
  expect(await runCommand('/usr/sbin/apache2', [...args, '-t'])).toMatchObject({ exitCode: 0, stderr: 'Syntax OK\n' });
}

describe('the Apache configuration', () => {
  it.each<[string, Record<string, string | true>]>([
    ['TLS', {}],
    ['X-Sendfile', { DAVIT_XSENDFILE: true }],
    ['passwords', { DAVIT_PASSWORDS: '/etc/davit/passwords' }],
    ['operators', { DAVIT_OPERATORS: '192.0.2.0/24 2001:db8::/32' }],
  ])('has no fault: %s', async (_name, defines) => {
    const { certificateFile, keyFile } = certificate;
    await expectNoFault({ DAVIT_CERTIFICATE: certificateFile, DAVIT_CERTIFICATE_KEY: keyFile, ...defines });
  });

  it('needs no certificate and no mod_ssl without TLS', () => expectNoFault({ DAVIT_PLAIN_HTTP: true }));

  it('is told completely by the documentation', () => {
    expect(namesIn(read('docs/behind-apache.md'))).toEqual(definable);
  });
});

describe('docker-compose.yml', () => {
  interface Service {
    command?: string[];
    volumes?: { source: string; target: string }[];
    depends_on?: string[];
    image?: string;
    environment?: Record<string, string>;
    profiles?: string[];
  }
  const text = read('docker-compose.yml');
  const { services } = parse(text) as { services: Record<string, Service> };

  const listOf = (profile: string | undefined): string[] =>
    Object.keys(services).filter((name) => services[name]?.profiles?.[0] === profile);

  it('runs Apache and davit, and on demand what many fronts need', () => {
    expect(listOf(undefined)).toEqual(['apache', 'davit']);
    expect(listOf('many')).toEqual(['index', 'front', 'redis']);
    const needed = Object.values(services).flatMap(({ depends_on = [] }) => depends_on);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(needed));
  });

  it('configures every davit without a mistake: one without Redis, one that writes to it, one that only reads', () => {
    const configs = ['davit', 'index', 'front'].map((name) => {
      const { image, environment = {} } = services[name] ?? {};
      expect(image).toBe('davit');
      const loaded = loadConfig({ flags: {}, environment, systemFile: join(folder, 'none.conf') });
      if ('mistakes' in loaded) throw new Error(loaded.mistakes.join('; '));
      expect(loaded.warnings).toEqual([]);
      const { general, redis } = loaded.config;
      return { readsFiles: general.isDataDirSet, redis: redis.address?.nodes[0]?.host };
    });
    expect(configs).toEqual([
      { readsFiles: true, redis: undefined },
      { readsFiles: true, redis: 'redis' },
      { readsFiles: false, redis: 'redis' },
    ]);
  });

  it('starts Apache with the shipped configuration and sets only what it knows', async () => {
    const { command = [], volumes = [] } = services['apache'] ?? {};
    const folderThere = volumes.find(({ source }) => source === './docs/apache')?.target;
    expect(command).toContain(`${folderThere ?? ''}/httpd.conf`);
    const defines = Object.fromEntries(
      command.flatMap((word) => {
        // Compose puts the variable there, or else what stands behind the dash.
        const [, name, value] = /^Define (\w+) "?([^"]*)"?$/.exec(word.replace(/\$\{\w+:-([^}]*)\}/, '$1')) ?? [];
        return name === undefined ? [] : [[name, value ?? '']];
      }),
    ) as Record<string, string>;
    expect(definable).toEqual(expect.arrayContaining(Object.keys(defines)));
    expect(defines).toHaveProperty('DAVIT_BACKEND', 'http://davit:5000');
    const { certificateFile, keyFile } = certificate;
    await expectNoFault({ ...defines, DAVIT_CERTIFICATE: certificateFile, DAVIT_CERTIFICATE_KEY: keyFile });
  });

  it('mounts what is in the repository or what it tells to make', () => {
    const sources = Object.values(services).flatMap(({ volumes = [] }) => volumes.map(({ source }) => source));
    const isThere = (source: string): boolean => existsSync(join(projectRoot(), source));
    expect(sources.filter((source) => !isThere(source) && !text.includes(`# ${source} must hold`))).toEqual([]);
  });
});
