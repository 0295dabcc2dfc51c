/** The metrics: Prometheus text that says how things are when it is asked for. */
import { AnswerCounts } from '../../app/observe/answer-counts';
import { createMetrics, type Measures } from '../../app/observe/metrics';

const LOADED: Measures = {
  redirectFiles: 12,
  problems: 3,
  isReady: true,
  directoryState: 'ok',
  lastRefreshAt: 1_700_000_000,
  lastRefreshSeconds: 0.25,
  redisReading: undefined,
  keptAnswers: undefined,
  redisWriting: undefined,
};

const STARTING: Measures = {
  redirectFiles: 0,
  problems: 0,
  isReady: false,
  directoryState: 'missing',
  lastRefreshAt: undefined,
  lastRefreshSeconds: undefined,
  redisReading: undefined,
  keptAnswers: undefined,
  redisWriting: undefined,
};

/** The lines of our own metrics, without comments. */
async function renderOwn(measures: Measures, counts = new AnswerCounts()): Promise<string[]> {
  const text = await createMetrics(counts, () => measures).render();
  return text.split('\n').filter((line) => line.startsWith('davit_'));
}

it.each([
  ['redirect files', 'davit_redirect_files 12'],
  ['problems', 'davit_redirect_file_problems 3'],
  ['readiness', 'davit_loaded 1'],
  ['the time of the last refresh', 'davit_last_refresh_timestamp_seconds 1700000000'],
  ['its duration', 'davit_last_refresh_seconds 0.25'],
  ['the state of the data directory', 'davit_data_directory_state{state="ok"} 1'],
])('say %s', async (_what, line) => {
  expect(await renderOwn(LOADED)).toContain(line);
});

it('say that nothing is loaded yet', async () => {
  expect(await renderOwn(STARTING)).toEqual(expect.arrayContaining(['davit_loaded 0', 'davit_redirect_files 0']));
});

it.each(['ok', 'missing', 'unreadable', 'emptied'])('show the state %s as the only one', async (directoryState) => {
  const states = (await renderOwn({ ...LOADED, directoryState })).filter((line) => line.includes('_state{'));

  expect(states.sort()).toEqual(
    ['emptied', 'missing', 'ok', 'unreadable'].map(
      (state) => `davit_data_directory_state{state="${state}"} ${state === directoryState ? 1 : 0}`,
    ),
  );
});

describe('asked again', () => {
  it('say how things are now', async () => {
    let measures = STARTING;
    const metrics = createMetrics(new AnswerCounts(), () => measures);
    const before = await metrics.render();
    measures = LOADED;
    const after = await metrics.render();

    expect(before).toMatch(/^davit_data_directory_state\{state="missing"\} 1$/m);
    expect(after).toMatch(/^davit_data_directory_state\{state="missing"\} 0$/m);
    expect([before, after].map((text) => /^davit_redirect_files (\d+)$/m.exec(text)?.[1])).toEqual(['0', '12']);
  });

  it('count each answer once', async () => {
    const counts = new AnswerCounts();
    const metrics = createMetrics(counts, () => LOADED);
    counts.count('7a');
    counts.count('7a');
    counts.count('not loaded yet');
    await metrics.render();
    counts.count('7a');
    const text = await metrics.render();

    expect(text).toMatch(/^davit_answers_total\{rule="7a"\} 3$/m);
    expect(text).toMatch(/^davit_answers_total\{rule="not loaded yet"\} 1$/m);
  });
});

it('are Prometheus text, with a help and a type for each metric, and those of the process', async () => {
  const metrics = createMetrics(new AnswerCounts(), () => LOADED);
  const text = await metrics.render();
  const metricNames = new Set(text.match(/^[a-z_]+(?=[ {])/gm));

  expect(metrics.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(metricNames).toContain('process_resident_memory_bytes');
  expect(metricNames).toContain('nodejs_heap_size_total_bytes');

  for (const name of [...metricNames].filter((metric) => metric.startsWith('davit_'))) {
    expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
    expect(text).toMatch(new RegExp(`^# TYPE ${name} (?:counter|gauge)$`, 'm'));
  }
});

it('have nothing to say of what a process does not do', async () => {
  const lines = await renderOwn({
    ...STARTING,
    redirectFiles: undefined,
    problems: undefined,
    directoryState: undefined,
    redisReading: 'ok',
    keptAnswers: 7,
  });
  expect(lines.filter((line) => /redirect_file|refresh|directory|writing/.test(line))).toEqual([]);
  expect(lines).toEqual(
    expect.arrayContaining(['davit_redis_reading_state{state="ok"} 1', 'davit_redis_kept_answers 7']),
  );
});
