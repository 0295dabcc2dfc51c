/**
 * The judge of a front whose Redis has faults: 503 with Retry-After is excused where the test says so, and all else that is not a
 * published answer stays wrong, a 404 and a 500 above all. Keeps every answer with its time.
 */
import type { Published } from './published';
import type { Judge } from './steady-requests';

export interface Answered {
  path: string;
  status: number;
  tookMs: number;
}

const UNAVAILABLE =
  '503 (Retry-After: 5) {"errors":[{"code":"UNAVAILABLE","message":"the registry cannot answer yet, try again","detail":{"Reason":"the index cannot be asked now"}}]}';

/** A front keeps what it was asked for; lists it asks for anew each time. */
export const isKept = (path: string): boolean => path.includes('/manifests/');
const isNotKept = (path: string): boolean => !isKept(path);
const everything = (): boolean => true;
const nothing = (): boolean => false;

export class ExcusingJudge implements Judge {
  answered: Answered[] = [];
  /** What was excused earlier, and until when: an answer may have been given then, and be read now. */
  readonly #earlier: { isExcused: (path: string) => boolean; untilMs: number }[] = [];
  readonly #published: Published;
  #isExcused: (path: string) => boolean = nothing;

  /** Of one program: others may be behind it. */
  constructor(published: Published) {
    this.#published = published.elsewhere();
  }

  get paths(): string[] {
    return this.#published.paths;
  }

  /** What may be 503 when it is asked for from now on. */
  excuse(what: 'everything' | 'what is not kept' | 'nothing' | ((path: string) => boolean)): void {
    const words = { everything, 'what is not kept': isNotKept, nothing };
    this.#earlier.push({ isExcused: this.#isExcused, untilMs: performance.now() });
    this.#isExcused = typeof what === 'string' ? words[what] : what;
  }

  judge(connection: number, path: string, answer: string, tookMs: number): string | undefined {
    this.answered.push({ path, status: Number(answer.slice(0, 3)), tookMs });
    if (answer === UNAVAILABLE && this.#wasExcused(path, performance.now() - tookMs)) return undefined;
    return this.#published.judge(connection, path, answer);
  }

  /** Since then. */
  #wasExcused(path: string, sinceMs: number): boolean {
    const valid = this.#earlier.filter(({ untilMs }) => untilMs >= sinceMs).map(({ isExcused }) => isExcused);
    return [this.#isExcused, ...valid].some((isExcused) => isExcused(path));
  }

  forget(connection: number): void {
    this.#published.forget(connection);
  }

  isLatest(path: string, answer: string): boolean {
    return this.#published.isLatest(path, answer);
  }

  /** The milliseconds of the answers of that status since `answered` was emptied, shortest first. */
  timesOf(status: number): number[] {
    const times = this.answered.filter((one) => one.status === status).map(({ tookMs }) => tookMs);
    return times.sort((a, b) => a - b);
  }
}
