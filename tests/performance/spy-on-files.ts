/** Tells of every call of a function of node:fs that the program makes, with what it was called. */
import fs from 'node:fs';

type FileFunction = (...of: unknown[]) => unknown;

const fileTable = fs as unknown as Record<string, FileFunction>;

/** Not the classes, whose names are capitals. */
const fileFunctions = Object.keys(fs).filter((name) => /^[a-z]/.test(name) && typeof fileTable[name] === 'function');

/** Until jest.restoreAllMocks(). `path`: the first argument; a descriptor is an open file. */
export function spyOnFiles(onCall: (call: { name: string; path: unknown }) => void): void {
  for (const name of fileFunctions) {
    const call = fileTable[name] as FileFunction;
    jest.spyOn(fileTable, name).mockImplementation((...of) => {
      onCall({ name, path: of[0] });
      return call(...of);
    });
  }
}
