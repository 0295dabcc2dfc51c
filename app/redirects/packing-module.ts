/**
 * The compiled WebAssembly of ./packing, as `npm run build` leaves it beside this file; dist/ has a copy.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLASSES } from '../registry/grammar';
import { LONGEST_RUN } from './table-layout';

/** Of node; its types come with those of browsers only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};

/** Addresses are bytes in `memory`. What they mean: ./packing. */
export interface PackingModule {
  memory: { buffer: ArrayBuffer };
  classes: { value: number };
  textAddress(byteLength: number): number;
  /** Gives the bytes of the rest; 0: the text is not plain. */
  cutLists(): number;
  restAddress(): number;
  /** 0: something else than tags and images is there. */
  addImages(): number;
  /** 0: something else than tags and digests is in a list. */
  addLists(): number;
  clear(): void;
  keyAddress(): number;
  add(form: number, keyBytes: number): void;
  addWithValue(form: number, keyBytes: number, valueBytes: number): void;
  /** Gives the bytes of the table. */
  build(listedForms: number): number;
  tableAddress(): number;
}

/** The module is not to be called any more then. */
const failures = {
  outOfMemory: (): never => {
    throw new RangeError('there is no memory for a file of that size');
  },
  tooCrowded: (): never => {
    throw new Error(
      `has tags or digests that collide: more than ${LONGEST_RUN} in a row of the hash table; ` +
        'they were chosen to, or made up with equal ends',
    );
  },
};

let compiled: object | undefined;

export function createPackingModule(): PackingModule {
  compiled ??= new WebAssembly.Module(readFileSync(join(__dirname, 'packing.wasm')));
  const module = instantiate(compiled);
  new Uint8Array(module.memory.buffer).set(CLASSES, module.classes.value);
  return module;
}

/** V8 reserves some 10 GiB of addresses behind the memory of a module, so that it need not check each access. */
function instantiate(module: object): PackingModule {
  try {
    return new WebAssembly.Instance(module, { failures }).exports as PackingModule;
  } catch (error) {
    const advice = 'where address space is limited (ulimit -v), node needs --disable-wasm-trap-handler';
    throw new Error(`WebAssembly does not start; ${advice}: ${(error as Error).message}`, { cause: error });
  }
}
