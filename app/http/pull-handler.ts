/**
 * Answers the registry API, straight on node:http: a redirect costs little, and a framework would be most of the bill.
 * Works as a request listener and as express middleware; what is not its own goes to `next`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Decision } from '../decide/decision';
import type { AnswerCounts } from '../observe/answer-counts';
import type { Fail } from './fail';
import { NOBODY, type Identified } from './auth/identify';
import { readFacts } from './read-facts';
import type { Knowledge } from './resolve-pull';
import { isPullPath, resolvePull } from './resolve-pull';
import type { WriteDecision } from './write-decision';

export interface PullHandlerOptions {
  knowledge: Knowledge;
  writeDecision: WriteDecision;
  counts: AnswerCounts;
  fail: Fail;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

export function createPullHandler({ knowledge, writeDecision, counts, fail }: PullHandlerOptions): Handler {
  const { identify } = knowledge.gate;
  return (request, response, next) => {
    const answer = (decision: Decision): void => {
      counts.count(decision.rule);
      writeDecision(request, response, decision, 'v2');
    };
    try {
      const facts = readFacts(request);
      if (!isPullPath(facts.path)) {
        next();
        return;
      }
      const who = identify ? identify(request) : NOBODY;
      const decision =
        who instanceof Promise
          ? who.then((found: Identified) => resolvePull(facts, found, knowledge))
          : resolvePull(facts, who, knowledge);
      if (decision instanceof Promise) decision.then(answer).catch((error: unknown) => fail(request, response, error));
      else answer(decision);
    } catch (error) {
      fail(request, response, error);
    }
  };
}
