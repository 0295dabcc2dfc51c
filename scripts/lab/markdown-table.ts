/** Renders rows of cells, the header first, as a Markdown table, padded as prettier pads it. */
export function renderTable(rows: string[][]): string {
  const [header = [], ...rest] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const renderLine = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = renderLine(widths.map((width) => '-'.repeat(width)));
  return [renderLine(header), rule, ...rest.map(renderLine)].join('\n');
}
