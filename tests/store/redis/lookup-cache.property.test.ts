/**
 * What a cache gives is never older than what it was told. Against a model of Redis: questions and looks are answered in their order
 * on one connection, words of changes come in their order on another, late or never.
 */
import * as fc from 'fast-check';
import { LookupCache } from '../../../app/store/redis/lookup-cache';
import type { PartitionVersion } from '../../../app/store/redis/read-scripts';

const PARTITION = 'a7';
const NAMES = ['a', 'b'] as const;
const REFERENCES = [undefined, 'one', 'two'] as const;
type Name = (typeof NAMES)[number];

interface Question {
  name: Name;
  reference: string | undefined;
}

interface Reply {
  moment: number;
  version: PartitionVersion;
  facts: string;
}

/** One partition of Redis, and what is under way from it. */
class Modelled {
  readonly cache: LookupCache;
  readonly questions: { of: Question | 'look'; before: PartitionVersion | undefined; reply?: Reply }[] = [];
  readonly words: { moment: number; version: PartitionVersion; name: string }[] = [];
  #moment = 0;
  #version: PartitionVersion = { generation: '0', sequence: 0 };
  readonly #changes: { moment: number; name: Name }[] = [];
  readonly #facts = { a: 0, b: 0 };
  /** Up to which moment the cache was told everything: of the partition, and of single names. */
  #told = -1;
  readonly #toldOf = { a: -1, b: -1 };

  constructor(mostEntries: number) {
    this.cache = new LookupCache(mostEntries);
  }

  publish(name: Name, changesFacts: boolean): void {
    this.#moment++;
    this.#changes.push({ moment: this.#moment, name });
    if (changesFacts) this.#facts[name]++;
    this.#version = { ...this.#version, sequence: this.#version.sequence + 1 };
    this.words.push({ moment: this.#moment, version: this.#version, name });
  }

  /** Redis lost everything, and was filled again. */
  refill(): void {
    this.#moment++;
    for (const name of NAMES) this.#changes.push({ moment: this.#moment, name });
    this.#version = { generation: String(this.#moment), sequence: 1 };
    this.words.push({ moment: this.#moment, version: this.#version, name: '' });
  }

  ask(of: Question | 'look'): void {
    this.questions.push({ of, before: this.cache.versionOf(PARTITION) });
  }

  /** Redis answers the next question: the reply is under way. */
  answer(): void {
    const next = this.questions.find(({ reply }) => !reply);
    if (!next) return;
    const facts = next.of === 'look' ? '' : `${next.of.name} ${this.#facts[next.of.name]}`;
    next.reply = { moment: this.#moment, version: this.#version, facts };
  }

  deliver(): void {
    const [first] = this.questions;
    if (!first?.reply) return;
    this.questions.shift();
    const { of, before } = first;
    const { moment, version, facts } = first.reply;
    if (of === 'look') {
      this.cache.noteVersion(PARTITION, version, before);
      this.#told = Math.max(this.#told, moment);
      return;
    }
    const { name, reference } = of;
    const known = this.cache.findName(name, [facts]) ?? {
      name,
      texts: [facts],
      registry: undefined,
      images: undefined,
    };
    const published = { forms: 1, valueNumber: 0, value: String(moment) };
    this.cache.keep(PARTITION, version, reference, known, { published, image: undefined });
    this.#toldOf[name] = Math.max(this.#toldOf[name], moment);
  }

  hear(): void {
    const word = this.words.shift();
    if (!word) return;
    this.cache.noteChange(PARTITION, word.version, word.name);
    this.#told = Math.max(this.#told, word.moment);
  }

  /** Everything comes, and then is looked at. */
  settle(): void {
    while (this.words.length > 0) this.hear();
    this.answerAll();
    this.ask('look');
    this.answerAll();
  }

  answerAll(): void {
    while (this.questions.length > 0) {
      this.answer();
      this.deliver();
    }
  }

  /** Answers that are kept and that are older than what was told. */
  listOld(): string[] {
    return NAMES.flatMap((name) =>
      REFERENCES.flatMap((reference) => {
        const found = this.cache.find(name, reference)?.published?.value;
        if (found === undefined) return [];
        const told = Math.max(this.#told, this.#toldOf[name]);
        const missed = this.#changes.filter(
          (change) => change.name === name && change.moment > Number(found) && change.moment <= told,
        );
        return missed.map(({ moment }) => `${name} ${reference ?? ''} of ${found} does not know of ${moment}`);
      }),
    );
  }
}

const question = fc.record({ name: fc.constantFrom(...NAMES), reference: fc.constantFrom(...REFERENCES) });
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ publish: fc.constantFrom(...NAMES), changesFacts: fc.boolean() }) },
    { weight: 4, arbitrary: question },
    { weight: 12, arbitrary: fc.constantFrom('look', 'answer', 'answer', 'deliver', 'deliver', 'hear', 'hear') },
    { weight: 2, arbitrary: fc.constantFrom('lose', 'lose', 'refill') },
  ),
  { minLength: 5, maxLength: 60 },
);

type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

const byWord: Record<Extract<Step, string>, (modelled: Modelled) => void> = {
  look: (modelled) => modelled.ask('look'),
  answer: (modelled) => modelled.answer(),
  deliver: (modelled) => modelled.deliver(),
  hear: (modelled) => modelled.hear(),
  lose: (modelled) => void modelled.words.shift(),
  refill: (modelled) => modelled.refill(),
};

function take(modelled: Modelled, step: Step): void {
  if (typeof step === 'string') byWord[step](modelled);
  else if ('publish' in step) modelled.publish(step.publish, step.changesFacts);
  else modelled.ask(step);
}

it.each([[100], [2]])('never gives what is older than what it was told, with %i entries', (mostEntries) => {
  fc.assert(
    fc.property(steps, (list) => {
      const modelled = new Modelled(mostEntries);
      for (const step of list) {
        take(modelled, step);

        expect(modelled.listOld()).toEqual([]);
        expect(modelled.cache.size).toBeLessThanOrEqual(mostEntries);
      }
    }),
    { numRuns: 1500 },
  );
});

it('keeps what is asked for when everything that was under way has come', () => {
  fc.assert(
    fc.property(steps, question, (list, asked) => {
      const modelled = new Modelled(100);
      for (const step of list) take(modelled, step);
      modelled.settle();
      modelled.ask(asked);
      modelled.answerAll();

      expect(modelled.cache.find(asked.name, asked.reference)).toBeDefined();
      expect(modelled.listOld()).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
