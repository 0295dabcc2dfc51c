/** Answers the v1 protocol as express middleware; searches go on to the next handler. */
import type { NextFunction, Request, Response } from 'express';
import type { AnswerCounts } from '../observe/answer-counts';
import { NOBODY } from './auth/identify';
import { readFacts } from './read-facts';
import type { Knowledge } from './resolve-pull';
import { resolveV1 } from './resolve-v1';
import type { WriteDecision } from './write-decision';

export interface V1HandlerOptions {
  knowledge: Knowledge;
  writeDecision: WriteDecision;
  counts: AnswerCounts;
  /** Host and port for `X-Docker-Endpoints`; undefined: what the client asked. */
  endpoint: string | undefined;
}

export const createV1Handler =
  ({ knowledge, writeDecision, counts, endpoint }: V1HandlerOptions) =>
  async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const identify = () => knowledge.gate.identify?.(request) ?? NOBODY;
    const decision = await resolveV1(readFacts(request), identify, knowledge, endpoint);
    if (!decision) {
      next();
      return;
    }
    counts.count(decision.rule);
    writeDecision(request, response, decision, 'v1');
  };
