/** What is wrong with an access control list, told all at once, in words, with the place. */
import { parseAcl } from '../../app/access/policy/acl';

/** All mistakes as `/pointer: message`, sorted. */
function findMistakes(text: string): string[] {
  const parsed = parseAcl(text);
  if (parsed.kind === 'parsed') throw new Error(`accepted: ${text}`);
  return parsed.mistakes.map(({ pointer, message }) => `${pointer}: ${message}`).sort();
}

const RULE = { who: 'users', names: '**', access: 'pull' };

const WHO = 'must be everyone, anonymous, users, certificate, user:<name> or group:<name>';
const LABEL = 'must be a name without colons and control characters, and without blanks at its ends';

describe('mistakes', () => {
  it.each([
    ['', [': is empty']],
    ['\uFEFF{}', [': begins with a byte order mark']],
    ['null', [': must be a JSON object']],
    ['[]', [': must be a JSON object']],
    ['"rules"', [': must be a JSON object']],
    ['{}', ['/rules: is missing']],
    ['{"rules":{}}', ['/rules: must be array']],
    ['{"rules":[null,[],"x"]}', [0, 1, 2].map((at) => `/rules/${at}: must be a JSON object`)],
    [
      '{"rules":[],"Groups":{},"a/b~":1}',
      ['Groups', 'a~1b~0'].map((key) => `/${key}: is no key of an access control list`),
    ],
    ['{"rules":[],"__proto__":{}}', ['/__proto__: is no key of an access control list']],
    ['{"rules":[],"reveal":"false"}', ['/reveal: must be boolean']],
    ['{"rules":[],"groups":[]}', ['/groups: must be object']],
    ['{"rules":[],"groups":{"a":"alice"}}', ['/groups/a: must be array']],
    [
      '{"rules":[],"groups":{"a":["", "user:alice", " bob", "x\\ny", 1]}}',
      [0, 1, 2, 3, 4].map((at) => `/groups/a/${at}: ${LABEL}`),
    ],
    [
      '{"rules":[],"groups":{"":[],"a:b/c":[],"d ":[]}}',
      ['', 'a:b~1c', 'd '].map((group) => `/groups/${group}: ${LABEL}`),
    ],
  ])('%s', (text, mistakes) => {
    expect(findMistakes(text)).toEqual(mistakes);
  });

  it.each([
    ['{"rules":[],"rules":[]}', ['/rules']],
    ['{"reveal":true,"rules":[],"re\\u0076eal":false,"reveal":true}', ['/reveal']],
    ['{"rules":[{"who":"everyone","names":"team/**","access":"none","access":"pull"}]}', ['/rules/0/access']],
    [
      '{"groups":{"a":["b","c"],"d":[],"a":[]},"rules":[{"who":["users","group:a"],"names":"**","access":"pull"},\n' +
        '{"who" :"users","names":["{","\\"}",","],"who"\t: "users","access":"pull"}]}',
      ['/groups/a', '/rules/1/names/0', '/rules/1/names/1', '/rules/1/names/2', '/rules/1/who'],
    ],
  ])('of %s: keys that are there twice', (text, places) => {
    expect(findMistakes(text).map((mistake) => mistake.split(':')[0])).toEqual(places);
    expect(findMistakes(text)).toContain(`${places.at(-1)}: is there more than once`);
  });

  it('says why a text is not JSON', () => {
    expect(findMistakes('{"rules": [],}')).toEqual([expect.stringMatching(/^: is not JSON: ./)]);
  });

  it.each<[rule: unknown, mistakes: string[]]>([
    [{}, ['/access: is missing', '/names: is missing', '/who: is missing']],
    [{ ...RULE, acess: 'none' }, ['/acess: is no key of an access control list']],
    [{ ...RULE, access: 'push' }, ['/access: must be one of ["pull","none"]']],
    [{ ...RULE, access: ['pull'] }, ['/access: must be one of ["pull","none"]']],
    [{ ...RULE, protected: 'true' }, ['/protected: must be boolean']],
    [{ ...RULE, who: 'Everyone' }, [`/who: ${WHO}`]],
    [{ ...RULE, who: 'alice' }, [`/who: ${WHO}`]],
    [{ ...RULE, who: 'usersX' }, [`/who: ${WHO}`]],
    [{ ...RULE, who: 'constructor' }, [`/who: ${WHO}`]],
    [{ ...RULE, who: ['users', '', 'user', 'group', 'team:a'] }, [1, 2, 3, 4].map((at) => `/who/${at}: ${WHO}`)],
    [
      { ...RULE, who: ['user:', 'user: bob', 'user:a:b'] },
      [0, 1, 2].map((at) => `/who/${at}: ${WHO}, or a list of these`),
    ],
    [{ ...RULE, who: 7 }, [`/who: ${WHO}, or a list of these`]],
    [{ ...RULE, who: [['users']] }, [`/who/0: ${WHO}, or a list of these`]],
    [{ ...RULE, who: [] }, ['/who: is empty']],
    [{ ...RULE, who: 'group:gone' }, ['/who: there is no group "gone" under groups']],
    [{ ...RULE, who: ['users', 'group:toString'] }, ['/who/1: there is no group "toString" under groups']],
    [{ ...RULE, names: '' }, ['/names: is empty; ** is every name']],
    [{ ...RULE, names: ['**', 'team**'] }, ['/names/1: ** stands for whole components; within one write *']],
    [{ ...RULE, names: 'a'.repeat(256) }, ['/names: is longer than 255 characters']],
    [{ ...RULE, names: null }, ['/names: must be a pattern of repository names, or a list of these']],
    [{ ...RULE, names: [1] }, ['/names/0: must be a pattern of repository names, or a list of these']],
    [{ ...RULE, names: [] }, ['/names: is empty']],
  ])('a rule %j', (rule, mistakes) => {
    expect(findMistakes(JSON.stringify({ rules: [RULE, rule] }))).toEqual(
      mistakes.map((mistake) => `/rules/1${mistake}`),
    );
  });

  it('are told all at once, also where the schema is broken elsewhere', () => {
    const document = {
      groups: { 'a:b': [] },
      revel: true,
      rules: [{ who: ['group:gone', 'nobody'], names: ['A', 'b//c'], acces: 'none' }, 1, { ...RULE, who: 'group:a' }],
    };
    expect(findMistakes(JSON.stringify(document)).map((mistake) => mistake.replace(/: .*/, ''))).toEqual([
      ...['/groups/a:b', '/revel', '/rules/0/acces', '/rules/0/access', '/rules/0/names/0', '/rules/0/names/1'],
      ...['/rules/0/who/0', '/rules/0/who/1', '/rules/1', '/rules/2/who'],
    ]);
  });
});
