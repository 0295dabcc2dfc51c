/** What a publication takes out of the cache, and what the cache costs. That it gives nothing old: ./lookup-cache.property.test. */
import type { Lookup } from '../../../app/redirects/lookup';
import { LookupCache } from '../../../app/store/redis/lookup-cache';

const at = (sequence: number, generation = 'g'): { generation: string; sequence: number } => ({ generation, sequence });

/** Keeps an answer as a lookup does; `facts` are all that tells versions of a name apart. */
function keep(cache: LookupCache, name: string, reference: string, sequence: number, facts = name): Lookup {
  const known = cache.findName(name, [facts]) ?? { name, texts: [facts], registry: undefined, images: undefined };
  const published = { forms: 1, valueNumber: 0, value: '' };
  return cache.keep('a7', at(sequence), reference, known, { published, image: undefined });
}

describe('a publication', () => {
  it('takes out all that is known of its name, and nothing else', () => {
    const cache = new LookupCache(10);
    keep(cache, 'a', '1', 5);
    keep(cache, 'a', '2', 5);
    const other = keep(cache, 'b', '1', 5);
    cache.noteChange('a7', at(6), 'a');

    expect([cache.find('a', '1'), cache.find('a', '2'), cache.findName('a', ['a'])]).toEqual(Array(3).fill(undefined));
    expect(cache.find('b', '1')).toBe(other);
  });

  it('leaves what was looked up after it, before word of it came', () => {
    const cache = new LookupCache(10);
    keep(cache, 'b', '1', 5);
    const answer = keep(cache, 'a', '1', 6);
    cache.noteChange('a7', at(6), 'a');

    expect(cache.find('a', '1')).toBe(answer);
  });

  it('takes out older answers beside the first newer one of the same name', () => {
    const cache = new LookupCache(10);
    keep(cache, 'a', 'digest', 5);
    keep(cache, 'a', 'tag', 6);

    expect(cache.find('a', 'digest')).toBeUndefined();
    expect(cache.find('a', 'tag')).toBeDefined();
  });

  it('takes out older answers beside a newer list of tags', () => {
    const cache = new LookupCache(10);
    keep(cache, 'a', 'digest', 5);

    expect(cache.noteAnswer('a7', at(6), 'a')).toBe(true);
    expect(cache.find('a', 'digest')).toBeUndefined();
  });

  it('that comes late takes out its own name only: its number may have been given twice', () => {
    const cache = new LookupCache(10);
    cache.noteVersion('a7', at(6), undefined);
    const other = keep(cache, 'b', '1', 6);
    keep(cache, 'a', '1', 6);
    cache.noteChange('a7', at(6), 'a');
    cache.noteChange('a7', at(5), '');

    expect([cache.find('a', '1'), cache.find('b', '1')]).toEqual([undefined, other]);
  });

  it('of which no word came takes out the partition, as soon as a later one does', () => {
    const cache = new LookupCache(10);
    keep(cache, 'a', '1', 5);
    cache.noteChange('a7', at(7), 'b');

    expect(cache.find('a', '1')).toBeUndefined();
  });

  it('says nothing of other partitions', () => {
    const cache = new LookupCache(10);
    const answer = keep(cache, 'a', '1', 5);
    cache.noteChange('a8', at(9), 'a');
    cache.noteVersion('a8', at(12), undefined);

    expect(cache.find('a', '1')).toBe(answer);
  });
});

describe('a look', () => {
  it('that was overtaken by word of a change does not bring back what was before it', () => {
    const cache = new LookupCache(10);
    keep(cache, 'a', '1', 5);
    const before = cache.versionOf('a7');
    cache.noteChange('a7', at(6), 'a');
    cache.noteVersion('a7', at(5), before);
    keep(cache, 'a', '1', 5);

    expect(cache.find('a', '1')).toBeUndefined();
  });

  it('that finds less than was known takes out the partition: a replica took over', () => {
    const cache = new LookupCache(10);
    keep(cache, 'a', '1', 5);
    cache.noteVersion('a7', at(4), cache.versionOf('a7'));

    expect(cache.find('a', '1')).toBeUndefined();
    keep(cache, 'a', '1', 4);
    expect(cache.find('a', '1')).toBeDefined();
  });

  it('that finds what is known takes out nothing', () => {
    const cache = new LookupCache(10);
    const answer = keep(cache, 'a', '1', 5);
    cache.noteVersion('a7', at(5), cache.versionOf('a7'));

    expect(cache.find('a', '1')).toBe(answer);
  });
});

describe('the memory of a cache', () => {
  it('is bounded by entries; names go with the last of theirs', () => {
    const cache = new LookupCache(2);
    keep(cache, 'a', '1', 5);
    keep(cache, 'b', '1', 5);
    expect(cache.findName('a', ['a'])).toBeDefined();
    keep(cache, 'b', '2', 5);

    expect(cache.findName('a', ['a'])).toBeUndefined();
    expect(cache.findName('b', ['b'])).toBeDefined();
    expect(cache.size).toBe(2);
  });

  it('has a name once, whose older answers may go without it', () => {
    const cache = new LookupCache(2);
    keep(cache, 'a', '1', 5, 'facts before');
    cache.noteChange('a7', at(6), 'a');
    keep(cache, 'a', '2', 6, 'facts now');
    // Takes the place of the older answer.
    keep(cache, 'a', '3', 6, 'facts now');

    expect(cache.findName('a', ['facts now'])).toBeDefined();
    expect(cache.find('a', '2')).toBeDefined();
  });

  it('holds the facts of a name once for all its references', () => {
    const cache = new LookupCache(10);
    const registry = { layout: 'flat' } as NonNullable<Lookup['registry']>;
    const entries = { published: undefined, image: undefined };
    cache.keep('a7', at(5), '1', { name: 'a', texts: ['x'], registry, images: undefined }, entries);
    const known = cache.findName('a', ['x']);

    expect(known?.registry).toBe(registry);
    expect(cache.findName('a', ['y'])).toBeUndefined();
  });

  it('is none with 0 entries', () => {
    const cache = new LookupCache(0);
    expect(keep(cache, 'a', '1', 5)).toMatchObject({ published: { forms: 1 } });

    expect([cache.find('a', '1'), cache.findName('a', ['a']), cache.size]).toEqual([undefined, undefined, 0]);
  });
});
