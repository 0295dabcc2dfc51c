import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHelloBinary, isHelloArchitecture } from '../../scripts/lab/elf';

describe('createHelloBinary', () => {
  let directory: string;
  beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'davit-elf-'))));
  afterAll(() => rmSync(directory, { recursive: true }));

  function run(binary: Buffer): string {
    const path = join(directory, 'hello');
    writeFileSync(path, binary, { mode: 0o755 });
    return execFileSync(path, { encoding: 'utf8' });
  }

  // The architecture of this machine: both programs are exercised where both kinds of machine run the tests.
  const here = process.arch === 'arm64' ? 'arm64' : 'amd64';

  it.each([
    ['a line', 'Hello from davit!\n'],
    ['nothing', ''],
    ['more than ASCII', 'Grüße vom Schiff ⚓\n'],
    ['a long text', `${'davit '.repeat(5000)}\n`],
  ])('runs and prints %s', (_what, greeting) => {
    expect(run(createHelloBinary(greeting, here))).toBe(greeting);
  });

  it('is a few hundred bytes', () => {
    expect(createHelloBinary('Hello!\n').length).toBeLessThan(300);
  });

  it.each([
    ['amd64' as const, 62],
    ['arm64' as const, 183],
  ])('names the machine %s', (architecture, elfMachine) => {
    const binary = createHelloBinary('Hello!\n', architecture);
    expect(binary.readUInt16LE(18)).toBe(elfMachine);
    expect(binary.subarray(-7).toString()).toBe('Hello!\n');
  });

  it('refuses a greeting that does not fit', () => {
    expect(() => createHelloBinary('x'.repeat(0x10000))).toThrow(RangeError);
  });

  it('knows which architectures have a program', () => {
    expect(['amd64', 'arm64', 'arm', 'toString'].map(isHelloArchitecture)).toEqual([true, true, false, false]);
  });
});
