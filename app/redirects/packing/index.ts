/**
 * Reference tables from the bytes of redirect files, for ../build-reference-table, which says how these are called. In AssemblyScript,
 * because a process that has just started has to read everything: WebAssembly is fast from the first file on
 * (docs/decisions/0026-packing-in-webassembly.md).
 */
export { addImages, addLists } from './add-lists';
export { cutLists, restAddress, textAddress } from './cut-lists';
export { add, addWithValue, clear, keyAddress } from './entries';
export { classes } from './keys';
export { build, tableAddress } from './table';
