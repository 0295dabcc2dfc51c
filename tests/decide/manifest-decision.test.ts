/** The cases of docs/manifest-decision.cases.json, from redirect files to the answer, and the document that shows them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPEN_GATE } from '../../app/http/auth/gate';
import { NOBODY } from '../../app/http/auth/identify';
import { resolvePull } from '../../app/http/resolve-pull';
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';
import { locate } from '../../app/redirects/storage-url';
import { MemoryIndex } from '../../app/store/memory-index';
import { type DecisionCase, readDecisionCases } from '../../scripts/lab/decision-cases';
import { renewCases } from '../../scripts/write-decision-table';

const projectRoot = join(__dirname, '../..');
const table = readDecisionCases(projectRoot);

async function publish(names: string[]): Promise<MemoryIndex> {
  const index = new MemoryIndex();
  for (const file of names) {
    const parsed = parseRedirectFile(JSON.stringify(table.files[file]), file);
    if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
    await index.put({ file, modifiedMs: 0, repository: parsed.repository });
  }
  return index;
}

interface Outcome {
  rule: string;
  answer: string;
}

async function ask({ files, reference, accept, client }: DecisionCase): Promise<Outcome> {
  const header = table.accepts[accept];
  const knowledge = { index: await publish(files), isLoaded: () => true, gate: OPEN_GATE };
  const request = {
    method: 'GET',
    path: `/v2/demo/hello/manifests/${reference}`,
    query: '',
    acceptLines: typeof header === 'string' ? [header] : [],
    userAgent: client,
    host: undefined,
  };
  const decision = await resolvePull(request, () => NOBODY, knowledge);
  if (decision?.kind === 'published') {
    const { storageUrl, path } = decision.file;
    expect(locate(storageUrl, path)).toBe(`https://static.example.com/hello/${path}`);
    return { rule: decision.rule, answer: path };
  }
  if (decision?.kind !== 'error') throw new Error(`unexpected ${JSON.stringify(decision)}`);
  expect(decision.error).toEqual({
    status: 404,
    code: 'MANIFEST_UNKNOWN',
    message: 'manifest unknown',
    detail: { Name: 'demo/hello', Tag: reference },
  });
  return { rule: decision.rule, answer: '404' };
}

const titled = table.cases.map((given): [string, DecisionCase] => [
  `${given.files.join(' + ') || 'nothing'}, ${given.reference}, accepting ${given.accept}` +
    (given.client === undefined ? '' : `, ${given.client}`),
  given,
]);

describe('the manifest decision', () => {
  it('has no case twice', () => {
    expect(new Set(titled.map(([title]) => title)).size).toBe(titled.length);
  });

  it.each(titled)('%s', async (_title, given) => {
    expect(await ask(given)).toEqual({ rule: given.rule, answer: given.answer });
  });

  it('is shown in docs/manifest-decision.md as it is', () => {
    const document = readFileSync(join(projectRoot, 'docs/manifest-decision.md'), 'utf8');
    expect(renewCases(document, table)).toBe(document);
  });
});
