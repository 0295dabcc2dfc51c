import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPacking } from './current-packing';
import { createTemporaryDirectory } from './temporary-directory';

const folder = createTemporaryDirectory();
const built = join(folder, 'packing.wasm');

function write(name: string, seconds: number): void {
  writeFileSync(join(folder, name), '');
  utimesSync(join(folder, name), seconds, seconds);
}

beforeEach(() => {
  mkdirSync(join(folder, 'packing'), { recursive: true });
  for (const name of ['table-layout.ts', 'packing/table.ts', 'packing/asconfig.json']) write(name, 1000);
  write('packing.wasm', 1000);
});

it('a module that was built after its sources came, or in the same moment, is current', () => {
  expect(() => checkPacking(folder)).not.toThrow();
});

it.each(['table-layout.ts', 'packing/table.ts', 'packing/asconfig.json'])('a module older than %s is not', (name) => {
  write(name, 1001);
  expect(() => checkPacking(folder)).toThrow(`${built} is older than ${join(folder, name)}: run npm run build`);
});

it('nor is one that is missing', () => {
  rmSync(built);
  expect(() => checkPacking(folder)).toThrow(`${built} is missing: run npm run build`);
});
