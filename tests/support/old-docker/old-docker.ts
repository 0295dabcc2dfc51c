/**
 * An emulated old docker, 1.5 to 17.11, for tests: pings, tries v2, and starts again with v1 where its era would.
 * What it keeps of a pull is which images it got and what it asked for.
 * The rules of each era are in eras.ts, and were measured with the real clients.
 */
import { authorizeV2, type Login } from './authorize-v2';
import { createConnection, type Connection, type FetchStorage, type Headers } from './connection';
import { eraRules, pingsV1OverHttps, sendsEmptyToken, type Era, type EraRules } from './eras';
import { PullFailed, type SeenRequest } from './pull-failed';
import { pullV1 } from './pull-v1';
import { pingV2, pullV2, type PulledImage, type V2Ping, type V2Session } from './pull-v2';
import { V2Failed } from './v2-failed';

export interface PullOutcome {
  protocol: 'v2' | 'v1';
  /** Empty when docker says "success" without having pulled anything, as it can with all tags. */
  images: PulledImage[];
  requests: SeenRequest[];
}

export interface OldDocker {
  /** `docker pull name:tag`; throws PullFailed. */
  pull(name: string, tag: string): Promise<PullOutcome>;
  /** `docker pull -a name`; throws PullFailed. */
  pullAll(name: string): Promise<PullOutcome>;
}

export interface OldDockerOptions {
  era: Era;
  /** Such as `http://127.0.0.1:5000`; https without checking the certificate, as for an insecure registry. */
  registry: string;
  /** Such as `1.8.3`; without it the one that stands for the era. */
  version?: string;
  /** As after `docker login`; without it anonymous. */
  login?: Login | undefined;
  /** Answers for every host but the registry's; without it they are asked. */
  fetchStorage?: FetchStorage;
}

interface Client {
  rules: EraRules;
  version: string;
  isHttps: boolean;
  login: Login | undefined;
}

type Pull = Omit<PullOutcome, 'requests'>;

export function createOldDocker({ era, registry, version, login, fetchStorage }: OldDockerOptions): OldDocker {
  const rules = eraRules[era];
  const isHttps = new URL(registry).protocol === 'https:';
  const client: Client = { rules, version: version ?? rules.version, isHttps, login };

  async function run(name: string, tag?: string): Promise<PullOutcome> {
    const userAgent = describeClient(client);
    const connection = createConnection({ registry, userAgent, fetchStorage });
    try {
      return { ...(await pullEitherWay(client, connection, name, tag)), requests: connection.requests };
    } catch (error) {
      throw new PullFailed((error as Error).message, connection.requests, { cause: error });
    }
  }

  return { pull: run, pullAll: (name) => run(name) };
}

async function pullEitherWay(client: Client, connection: Connection, name: string, tag?: string): Promise<Pull> {
  const { rules, version, isHttps, login } = client;
  const ping = await pingV2(connection);
  const usesV2 = rules.usesV2(ping);
  if (usesV2) {
    const session: V2Session = { connection, rules, authorization: [], name, hasReadContent: false };
    try {
      session.authorization = await authorize(client, connection, name, ping);
      return { protocol: 'v2', images: await pullV2(session, tag) };
    } catch (error) {
      requireFallback(session, ping.hasVersionHeader, error);
    }
  }
  if (tag?.includes(':')) throw new Error('Cannot pull by digest with v1 registry');
  const usesBasic = isHttps && pingsV1OverHttps(version);
  const images = await pullV1(connection, {
    name,
    tag,
    pings: usesBasic || (rules.pingsV1WithoutV2 && !usesV2),
    login,
    sendsBasicToStandalone: usesBasic,
    sendsEmptyToken: !isHttps && sendsEmptyToken(version),
    asksForOneTag: rules.asksForOneV1Tag,
  });
  return { protocol: 'v1', images };
}

const authorize = async (
  { login }: Client,
  connection: Connection,
  name: string,
  { status, challenge }: V2Ping,
): Promise<Headers> =>
  status === 401 && challenge !== undefined ? authorizeV2(connection, { challenge, name, login }) : [];

/** Returns when the era would now try v1; otherwise the pull ends with this error. */
function requireFallback({ rules, hasReadContent }: V2Session, registryAnnouncedV2: boolean, error: unknown): void {
  if (!(error instanceof V2Failed)) throw error;
  switch (rules.decideAftermath({ answer: error.answer, hasReadContent, registryAnnouncedV2 })) {
    case 'v1':
      return;
    case 'stops':
      throw error;
    case 'panics':
      throw new Error('panic: runtime error: index out of range', { cause: error });
  }
}

const describeClient = ({ version, rules }: Client): string =>
  `docker/${version} go/${rules.goVersion} git-commit/0000000 kernel/4.9.0 os/linux arch/amd64`;
