/** Who asks in the soak: the clients of the benchmark, and older docker clients that fall back to the v1 protocol. Pure. */
import type { BenchRequest } from '../bench/requests';
import { client, CLIENTS as NEWER, SCHEMA1, SCHEMA2 } from '../bench/requests';

export interface Client {
  /** User-Agent and Accept, as lines. */
  headers: BenchRequest['headers'];
  readsLists: boolean;
  readsSchema2: boolean;
  /** docker before 17.12: goes on with v1 after a 404. */
  fallsBack: boolean;
  /** What docker 1.8 and 1.9 take for an empty repository, they get as 400. */
  missingTagsStatus: 400 | 404;
}

const newer = NEWER.map((headers): Client => {
  const [, userAgent = ''] = headers.find(([name]) => name === 'User-Agent') ?? [];
  return {
    headers,
    readsLists: true,
    readsSchema2: true,
    fallsBack: userAgent.startsWith('docker/1.'),
    missingTagsStatus: 404,
  };
});

export const CLIENTS: Client[] = [
  ...newer,
  {
    headers: client('docker/1.10.3 go/go1.5.3 kernel/3.10 os/linux arch/amd64', [SCHEMA2, SCHEMA1, 'application/json']),
    readsLists: false,
    readsSchema2: true,
    fallsBack: true,
    missingTagsStatus: 404,
  },
  {
    headers: client('docker/1.9.1 go/go1.4.2 kernel/3.10 os/linux arch/amd64', []),
    readsLists: false,
    readsSchema2: false,
    fallsBack: true,
    missingTagsStatus: 400,
  },
];

export const OLD_CLIENTS = CLIENTS.filter(({ fallsBack }) => fallsBack);
