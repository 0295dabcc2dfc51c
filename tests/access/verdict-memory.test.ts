/** Which verdicts are remembered, and for how long. */
import type { TokenVerdict } from '../../app/access/tokens/judge-token';
import { rememberVerdicts } from '../../app/access/tokens/verdict-memory';

const access = { names: new Set<string>(), mayReadCatalog: false };

/** Tokens say themselves until when they are valid: `100 …`. Others are refused. */
function createJudge() {
  const judged: string[] = [];
  const judge = (token: string): Promise<TokenVerdict> => {
    judged.push(token);
    const expiresAtSeconds = parseInt(token, 10);
    return Promise.resolve(
      expiresAtSeconds > 0
        ? { kind: 'valid', subject: token, access, expiresAtSeconds }
        : { kind: 'refused', reason: 'is bad' },
    );
  };
  return { judged, judge };
}

it('a valid token is judged once, until it expires', async () => {
  const { judged, judge } = createJudge();
  const recall = rememberVerdicts(judge);
  const first = await recall('100 a', 50);

  expect(await recall('100 a', 99)).toBe(first);
  expect(judged).toEqual(['100 a']);

  await recall('100 a', 100);

  expect(judged).toEqual(['100 a', '100 a']);
});

it('a token that is valid by leeway only is judged each time', async () => {
  const { judged, judge } = createJudge();
  const recall = rememberVerdicts(judge);
  await recall('100 a', 130);
  await recall('100 a', 130);

  expect(judged).toHaveLength(2);
});

it('a refused token is judged each time', async () => {
  const { judged, judge } = createJudge();
  const recall = rememberVerdicts(judge);

  expect([await recall('bad', 1), await recall('bad', 1)]).toEqual(
    Array(2).fill({ kind: 'refused', reason: 'is bad' }),
  );
  expect(judged).toHaveLength(2);
});

it('is asked for fifty layers at once, and judges once', async () => {
  const { judged, judge } = createJudge();
  const recall = rememberVerdicts(judge);
  const verdicts = await Promise.all([
    ...Array.from({ length: 50 }, () => recall('100 a', 1)),
    ...Array.from({ length: 50 }, () => recall('bad', 1)),
  ]);

  expect(judged).toEqual(['100 a', 'bad']);
  expect(verdicts.filter(({ kind }) => kind === 'valid')).toHaveLength(50);
});

it('after a fault it asks again', async () => {
  const { judge } = createJudge();
  let isBroken = true;
  const recall = rememberVerdicts((token) => (isBroken ? Promise.reject(new Error('broken')) : judge(token)));

  await expect(Promise.all([recall('100 a', 1), recall('100 a', 1)])).rejects.toThrow('broken');

  isBroken = false;

  await expect(recall('100 a', 1)).resolves.toMatchObject({ kind: 'valid' });
});

it('the oldest are forgotten when all together are too long', async () => {
  const { judged, judge } = createJudge();
  const recall = rememberVerdicts(judge, 20);
  const ask = async (...tokens: string[]): Promise<string[]> => {
    judged.length = 0;
    for (const token of tokens) await recall(token, 1);
    return [...judged];
  };
  await ask('100 a', '100 b', '100 c', '100 d');

  expect(await ask('100 a', '100 b', '100 c', '100 d')).toEqual([]);
  expect(await ask('100 e', '100 b', '100 c', '100 d', '100 e')).toEqual(['100 e']);
  expect(await ask('100 a')).toEqual(['100 a']);
  // What is longer than all may be together is not kept, and the others make room for it in vain.
  expect(await ask('100 0123456789012345', '100 0123456789012345')).toHaveLength(1);
  expect(await ask('100 01234567890123456', '100 01234567890123456')).toHaveLength(2);
});

it('what expired makes room', async () => {
  const { judged, judge } = createJudge();
  const recall = rememberVerdicts(judge, 10);
  await recall('100 a', 1);
  await recall('200 b', 1);
  await recall('100 a', 150);
  await recall('200 c', 150);
  judged.length = 0;
  await recall('200 b', 150);
  await recall('200 c', 150);

  expect(judged).toEqual([]);
});
