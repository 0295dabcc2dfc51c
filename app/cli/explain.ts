/**
 * `davit explain METHOD PATH`: what would be answered, and by which rule. Reads the data directory, or asks Redis, and then
 * the very code that serves.
 */
import { join } from 'node:path';
import { ANONYMOUS } from '../access/policy/client';
import type { Config } from '../config/config';
import type { Decision } from '../decide/decision';
import type { Identified } from '../http/auth/identify';
import type { RequestFacts } from '../http/read-facts';
import { parseTarget } from '../http/read-facts';
import { resolvePull, type Knowledge } from '../http/resolve-pull';
import { resolveV1 } from '../http/resolve-v1';
import { locateTree } from '../http/serve-content';
import { createLocate } from '../http/storage-location';
import { varyOf } from '../http/write-decision';
import { IndexUnavailable } from '../store/index-unavailable';
import { errorBody } from '../registry/errors';
import { readGate } from './explain-gate';
import { openExplainedIndex } from './explain-index';
import type { ExitCode, Io } from './io';
import type { ConfigFlags } from './read-config';
import { readConfig, tellMistakes } from './read-config';

export interface ExplainFlags extends ConfigFlags {
  accept?: string[];
  userAgent?: string;
  user?: string;
  json?: boolean;
}

interface Explanation {
  status: number;
  rule: string;
  location?: string;
  /** With [serve_content]: the file that is served instead of the redirect, where its tree is there. */
  file?: string;
  body?: unknown;
  vary?: string;
}

export async function explain(method: string, target: string, flags: ExplainFlags, io: Io): Promise<ExitCode> {
  const found = readConfig(flags, io);
  if (!found) return 2;
  const { config } = found;
  const read = await readGate(config);
  const opened = 'mistakes' in read ? read : await openExplainedIndex(config, io);
  if ('mistakes' in read || 'mistakes' in opened) {
    if ('mistakes' in opened) tellMistakes(opened.mistakes, io);
    return 2;
  }
  const { index, isLoaded } = opened;
  const knowledge = { index, isLoaded: () => isLoaded, gate: read.gate };
  const who: Identified = { kind: 'client', client: { ...ANONYMOUS, user: flags.user } };
  const request = readRequest(method, target, flags);
  let decision: Decision | undefined;
  try {
    decision = await decide(request, who, knowledge, config.general.endpoint);
  } catch (error) {
    if (!(error instanceof IndexUnavailable)) throw error;
    io.complain(`davit: ${error.message}; davit serve would answer 503`);
    return 1;
  } finally {
    await opened.close();
  }
  if (!decision) {
    io.complain(`davit: ${target} is no path of the registry API or the v1 protocol`);
    return 2;
  }
  const explanation = describe(decision, config);
  if (flags.json) io.print(JSON.stringify({ method, path: target, ...explanation }, undefined, 2));
  else printExplanation(explanation, io);
  return 0;
}

async function decide(
  request: RequestFacts,
  who: Identified,
  knowledge: Knowledge,
  endpoint: string | undefined,
): Promise<Decision | undefined> {
  const identify = (): Identified => who;
  return (await resolvePull(request, identify, knowledge)) ?? resolveV1(request, identify, knowledge, endpoint);
}

function readRequest(method: string, target: string, { accept, userAgent }: ExplainFlags): RequestFacts {
  const { path, query } = parseTarget(target);
  return { method: method.toUpperCase(), path, query, acceptLines: accept ?? [], userAgent, host: undefined };
}

function describe(decision: Decision, { cdn, serveContent }: Config): Explanation {
  const { rule } = decision;
  const vary = varyOf(decision);
  const common = { rule, ...(vary !== undefined && { vary }) };
  switch (decision.kind) {
    case 'published': {
      const { file } = decision;
      const content = serveContent.isEnabled ? { file: join(locateTree(file, serveContent), file.path) } : {};
      return { status: 302, ...common, location: createLocate(cdn)(file), ...content };
    }
    case 'json':
      return { status: decision.status, ...common, body: JSON.parse(decision.body) as unknown };
    case 'moved':
      return { status: 301, ...common, location: decision.location };
    case 'error':
      return { status: decision.error.status, ...common, body: JSON.parse(errorBody(decision.error)) as unknown };
  }
}

function printExplanation({ status, rule, location, file, body, vary }: Explanation, { print }: Io): void {
  print(`status    ${status}`);
  if (location !== undefined) print(`location  ${location}`);
  if (file !== undefined) print(`served    ${file}, with status 200, if its tree is there`);
  if (body !== undefined) print(`body      ${JSON.stringify(body)}`);
  if (vary !== undefined) print(`vary      ${vary}`);
  print(`rule      ${rule}`);
}
