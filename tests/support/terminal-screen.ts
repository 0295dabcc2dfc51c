/**
 * What somebody sees at a terminal to which this was written: the lines that are there, where the cursor is, and what was left turned off.
 * As much of a VT100 as a progress bar needs, with no end of rows; what it does not know, it throws. Pure.
 */
export interface Screen {
  /** Without those that are empty at the end. */
  lines: string[];
  /** From 0. */
  column: number;
  /** Modes that were changed and not changed back: `?25l` is a hidden cursor, `?7l` lines that are not wrapped. */
  leftModes: string[];
}

const DEFAULT_MODES = new Set(['?25h', '?7h']);

/** Sequences, line ends, and text. */
const PIECE = /\p{Cc}\[([?\d]*)([A-Za-z])|\p{Cc}([78])|(\r|\n)|([^\p{Cc}]+)|(\p{Cc})/gu;

export function readScreen(written: string): Screen {
  const lines: string[] = [];
  const modes = new Map<string, string>();
  let [row, column] = [0, 0];
  let saved = { row, column };
  const textOf = (): string => lines[row] ?? '';
  const write = (text: string): void => {
    lines[row] = textOf().padEnd(column).slice(0, column) + text + textOf().slice(column + text.length);
    column += text.length;
  };
  const obey = (parameter: string, letter: string): void => {
    if (letter === 'G') column = Number(parameter || 1) - 1;
    else if (letter === 'K') lines[row] = parameter === '2' ? '' : textOf().slice(0, column);
    else if (letter === 'h' || letter === 'l') modes.set(parameter, parameter + letter);
    else throw new Error(`a terminal sequence that is not known: ${parameter}${letter}`);
  };
  for (const [all, parameter, letter, memory, lineEnd, text] of written.matchAll(PIECE)) {
    if (letter !== undefined) obey(parameter ?? '', letter);
    else if (memory === '7') saved = { row, column };
    else if (memory === '8') ({ row, column } = saved);
    else if (lineEnd === '\r') column = 0;
    else if (lineEnd === '\n') row++;
    else if (text !== undefined) write(text);
    else throw new Error(`a control character that is not known: ${JSON.stringify(all)}`);
  }
  while (lines.length > 0 && (lines.at(-1) ?? '') === '') lines.pop();
  return {
    lines: Array.from(lines, (line: string | undefined) => line ?? ''),
    column,
    leftModes: [...modes.values()].filter((mode) => !DEFAULT_MODES.has(mode)),
  };
}
