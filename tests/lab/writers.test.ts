import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editInPlace, renameOver, rsyncOver } from '../../scripts/lab/writers';

describe('writers', () => {
  let directory: string;
  let target: string;
  let link: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'davit-writers-'));
    target = join(directory, 'target.json');
    link = join(directory, 'link.json');
    writeFileSync(target, 'old text');
    symlinkSync(target, link);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('editInPlace keeps the inode and shows nothing, half, all', async () => {
    const { ino } = statSync(target);
    const seen: string[] = [];
    await editInPlace(link, 'new text', (step) => void seen.push(`${step}: ${readFileSync(target, 'utf8')}`));
    expect(seen).toEqual(['truncated: ', 'half: new ']);
    expect(readFileSync(target, 'utf8')).toBe('new text');
    expect(statSync(target).ino).toBe(ino);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('editInPlace needs no hook', async () => {
    await editInPlace(target, 'new text');
    expect(readFileSync(link, 'utf8')).toBe('new text');
  });

  it('renameOver replaces the target of a link when given the target', async () => {
    const { ino } = statSync(target);
    await renameOver(target, 'new text');
    expect(readFileSync(link, 'utf8')).toBe('new text');
    expect(statSync(link).ino).not.toBe(ino);
  });

  it('renameOver puts a plain file in the place of a link', async () => {
    await renameOver(link, 'new text');
    expect(lstatSync(link).isFile()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('old text');
  });

  it('rsyncOver keeps the time of the source and leaves no temporary file', async () => {
    await rsyncOver(target, 'new text');
    expect(readFileSync(target, 'utf8')).toBe('new text');
    expect(statSync(target).mtimeMs).toBe(1e12);
    expect(readdirSync(directory).sort()).toEqual(['link.json', 'target.json']);
  });
});
