/** What holds for every access control list, client and repository. */
import * as fc from 'fast-check';
import { ANONYMOUS, type Client } from '../../app/access/policy/client';
import { createPolicy, type Policy, type RepositoryFacts } from '../../app/access/policy/policy';
import type { RuleDocument } from './arbitrary-acls';
import { clients, nearNames, printAcl, repositories, rules } from './arbitrary-acls';
import { readAcl, tokenOf } from './policies';

const lists = fc.array(rules, { maxLength: 6 });

const policyFor = (documents: RuleDocument[]): Policy =>
  createPolicy({ acl: readAcl(printAcl(documents)), isAuthenticating: true });

/** No rule speaks of the repository. */
const isUnspoken = (documents: RuleDocument[], repository: RepositoryFacts): boolean =>
  readAcl(printAcl(documents)).rules.every(
    ({ names, isProtected }) =>
      (isProtected ?? repository.isProtected) !== repository.isProtected ||
      !names.some((matches) => matches(repository.name)),
  );

/** A user, or a certificate that covers the repository. */
const isInsider = ({ user, entitlement }: Client, { storageUrl }: RepositoryFacts): boolean =>
  user !== undefined || entitlement?.(new URL(storageUrl.prefix).pathname) === true;

const without = (documents: RuleDocument[], at: number): RuleDocument[] => documents.filter((_, index) => index !== at);

it('without a rule that lets somebody pull, nobody may; a rule taken away lets in only where no rule is left to speak', () => {
  const gained: boolean[] = [];
  fc.assert(
    fc.property(lists, fc.nat(), clients, repositories, (documents, nth, client, repository) => {
      const pullRules = documents.flatMap(({ access }, at) => (access === 'pull' ? [at] : []));
      const removed = pullRules[nth % pullRules.length];
      fc.pre(removed !== undefined);
      const rest = without(documents, removed);
      const gains = policyFor(rest).mayPull(client, repository) && !policyFor(documents).mayPull(client, repository);
      gained.push(gains);
      return !gains || (repository.isProtected && isUnspoken(rest, repository) && isInsider(client, repository));
    }),
    { numRuns: 3000 },
  );
  // The exception exists: a property that never met it would say too much.
  expect(gained).toContain(true);
});

it('a rule that lets nobody pull never opens anything, wherever it is put', () => {
  fc.assert(
    fc.property(lists, rules, fc.nat(6), clients, repositories, (documents, rule, at, client, repository) => {
      const more = documents.toSpliced(at, 0, { ...rule, access: 'none' });
      return policyFor(documents).mayPull(client, repository) || !policyFor(more).mayPull(client, repository);
    }),
    { numRuns: 2000 },
  );
});

it('who shows nothing pulls what is protected only by a rule that says so', () => {
  const opened: boolean[] = [];
  fc.assert(
    fc.property(lists, repositories, (documents, facts) => {
      const repository = { ...facts, isProtected: true };
      const mayPull = policyFor(documents).mayPull(ANONYMOUS, repository);
      opened.push(mayPull);
      return !mayPull || documents.some((rule) => rule.protected === true && rule.access === 'pull');
    }),
    { numRuns: 2000 },
  );
  expect(opened).toContain(true);
});

it('who may know that a name is not there may pull every repository of that name', () => {
  const known: boolean[] = [];
  fc.assert(
    fc.property(lists, clients, repositories, (documents, client, repository) => {
      const policy = policyFor(documents);
      const mayKnow = policy.mayKnow(client, repository.name);
      known.push(mayKnow);
      return !mayKnow || policy.mayPull(client, repository);
    }),
    { numRuns: 2000 },
  );
  expect(known).toContain(true);
});

describe('a token', () => {
  const grants = fc.record({
    pulls: fc.array(nearNames, { maxLength: 3 }),
    changes: fc.record({ readsCatalog: fc.boolean(), isExternal: fc.boolean() }),
  });
  const withTokens = fc
    .tuple(clients, grants)
    .map(([client, { pulls, changes }]) => ({ client, token: tokenOf(pulls, changes) }));

  it('takes away nothing that is had without it, and the catalog shows all that can be pulled', () => {
    fc.assert(
      fc.property(lists, withTokens, repositories, (documents, { client, token }, repository) => {
        const policy = policyFor(documents);
        const withToken = { ...client, token };
        const pulls = policy.mayPull(withToken, repository);
        return (
          (pulls || !policy.mayPull({ ...client, user: undefined }, repository)) &&
          (!pulls || policy.mayList(withToken, repository))
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('of our own opens nothing that its user may not pull, nor of what it does not name', () => {
    fc.assert(
      fc.property(
        lists,
        withTokens,
        repositories,
        fc.boolean(),
        (documents, { client, token }, repository, isNamed) => {
          const policy = policyFor(documents);
          const pulls = isNamed ? new Set([...token.pulls, repository.name]) : token.pulls;
          const mayPull = policy.mayPull({ ...client, token: { ...token, pulls, isExternal: false } }, repository);
          const hasAnyway = policy.mayPull({ ...client, user: undefined }, repository);
          return mayPull === (hasAnyway || (pulls.has(repository.name) && policy.mayPull(client, repository)));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
