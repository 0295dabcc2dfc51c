/** Metrics of several processes, as one text. */
import { AnswerCounts } from '../../app/observe/answer-counts';
import { createMetrics, type Measures, type MetricsSnapshot } from '../../app/observe/metrics';
import { TotalMetrics } from '../../app/observe/total-metrics';

const MEASURES: Measures = {
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

/** As it arrives from another process. */
async function measure(answers: Record<string, number>, measures: Partial<Measures> = {}): Promise<MetricsSnapshot> {
  const counts = new AnswerCounts();
  for (const [rule, count] of Object.entries(answers)) for (let n = 0; n < count; n++) counts.count(rule);
  const snapshot = await createMetrics(counts, () => ({ ...MEASURES, ...measures })).snapshot();
  return JSON.parse(JSON.stringify(snapshot)) as MetricsSnapshot;
}

const linesOf = async (totals: TotalMetrics): Promise<string[]> => (await totals.render()).split('\n');

it('add up what is counted', async () => {
  const totals = new TotalMetrics();
  totals.note(1, await measure({ '4': 2, '6': 1 }));
  totals.note(2, await measure({ '4': 3 }));
  expect(await linesOf(totals)).toEqual(
    expect.arrayContaining([
      'davit_answers_total{rule="4"} 5',
      'davit_answers_total{rule="6"} 1',
      'davit_processes 2',
      'davit_redirect_files 12',
    ]),
  );
});

it('show the process that lags behind', async () => {
  const totals = new TotalMetrics();
  totals.note(1, await measure({}));
  totals.note(2, await measure({}, { redirectFiles: 11, problems: 4, isReady: false, lastRefreshAt: 1_600_000_000 }));
  totals.note(3, await measure({}, { directoryState: 'missing', lastRefreshSeconds: 2 }));
  expect(await linesOf(totals)).toEqual(
    expect.arrayContaining([
      'davit_redirect_files 11',
      'davit_redirect_file_problems 4',
      'davit_loaded 0',
      'davit_last_refresh_timestamp_seconds 1600000000',
      'davit_last_refresh_seconds 2',
      'davit_data_directory_state{state="ok"} 1',
      'davit_data_directory_state{state="missing"} 1',
    ]),
  );
});

it('replace what a process measured before', async () => {
  const totals = new TotalMetrics();
  totals.note(1, await measure({ '4': 2 }));
  totals.note(1, await measure({ '4': 7 }));
  expect(await linesOf(totals)).toContain('davit_answers_total{rule="4"} 7');
});

it('keep the counts of processes that ended, and nothing else of them', async () => {
  const totals = new TotalMetrics();
  totals.note(1, await measure({ '4': 2 }));
  totals.note(2, await measure({ '4': 1 }));
  totals.noteEnd(1);
  totals.noteEnd(3);
  totals.note(1, await measure({ '4': 10 }));
  totals.noteEnd(1);
  expect(await linesOf(totals)).toEqual(
    expect.arrayContaining(['davit_answers_total{rule="4"} 13', 'davit_processes 1']),
  );
});

it('have no value that JSON has no word for', async () => {
  const totals = new TotalMetrics();
  totals.note(1, await measure({}));
  expect(await totals.render()).not.toMatch(/ (null|undefined|NaN)$/m);
});
