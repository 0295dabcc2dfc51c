/** The operator's page as HTML; everything that comes from a redirect file is escaped. Pure. */
export interface Row {
  name: string;
  isProtected: boolean;
  /** Version of the redirect file. */
  version: number;
  /** Undefined: the redirect file does not say. */
  tagCount: number | undefined;
  storage: string;
}

export interface PageContent {
  protocol: 'v1' | 'v2';
  rows: Row[];
  /** What is wrong with the data directory, or with Redis; whole sentences. */
  alarms: string[];
  problems: string[];
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2733}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d9e0e6}
th{color:#5a6b7b;font-weight:600}nav a{margin-right:1rem}.alarm{background:#fdecea;padding:.6rem;border-radius:4px}
td.number{text-align:right;font-variant-numeric:tabular-nums}`;

export function renderPage({ protocol, rows, alarms, problems }: PageContent): string {
  const alarm = alarms.map((text) => `<p class="alarm">${escapeHtml(text)}</p>`).join('');
  const list = problems.map((problem) => `<li>${escapeHtml(problem)}</li>`).join('');
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>davit: ${protocol} repositories</title><style>${STYLE}</style></head>
<body><h1>${rows.length} ${protocol} repositories</h1>
<nav><a href="/crane/repositories/v1">v1</a><a href="/crane/repositories/v2">v2</a></nav>
${alarm}
<table><thead><tr><th>Name</th><th>Protected</th><th>Tags</th><th>Version</th><th>Storage</th></tr></thead>
<tbody>${rows.map(renderRow).join('\n')}</tbody></table>
${problems.length === 0 ? '' : `<h2>Problems</h2><ul>${list}</ul>`}
</body></html>
`;
}

const renderRow = ({ name, isProtected, tagCount, version, storage }: Row): string =>
  `<tr><td>${escapeHtml(name)}</td><td>${isProtected ? 'yes' : 'no'}</td><td class="number">${tagCount ?? ''}</td>` +
  `<td class="number">${version}</td><td>${escapeHtml(storage)}</td></tr>`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
