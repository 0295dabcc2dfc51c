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
import { resolvePull } from './resolve-pull';
import type { WriteDecision } from './write-decision';

export interface PullHandlerOptions {
  knowledge: Knowledge;
  writeDecision: WriteDecision;
  counts: AnswerCounts;
  fail: Fail;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const nobody = (): Identified => NOBODY;

export function createPullHandler({ knowledge, writeDecision, counts, fail }: PullHandlerOptions): Handler {
  const { identify } = knowledge.gate;

  const answer = (request: IncomingMessage, response: ServerResponse, decision: Decision): void => {
    counts.count(decision.rule);
    writeDecision(request, response, decision, 'v2');
  };

  const answerLater = async (
    request: IncomingMessage,
    response: ServerResponse,
    decision: Promise<Decision>,
  ): Promise<void> => {
    try {
      answer(request, response, await decision);
    } catch (error) {
      fail(request, response, error);
    }
  };

  return (request, response, next) => {
    try {
      const decision = resolvePull(readFacts(request), identify ? () => identify(request) : nobody, knowledge);
      if (!decision) next();
      else if (decision instanceof Promise) void answerLater(request, response, decision);
      else answer(request, response, decision);
    } catch (error) {
      fail(request, response, error);
    }
  };
}
