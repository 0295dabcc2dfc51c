/**
 * Sends the requests of one pull the way docker's HTTP client does, and writes down each of them, hops included:
 * redirects are followed with all headers but Authorization.
 */
import { followRedirects, request, type HttpAnswer } from '../http';
import type { SeenRequest } from './pull-failed';

export type Headers = [name: string, value: string][];

/** Stands in for hosts that a test cannot reach, such as the storage that a Location names. */
export type FetchStorage = (url: URL, request: { method: string; headers: Headers }) => Promise<HttpAnswer>;

export interface Connection {
  requests: SeenRequest[];
  /** `target` is a path of the registry or, for a v1 endpoint on another host, a URL. */
  send(method: 'GET' | 'HEAD', target: string, headers?: Headers): Promise<HttpAnswer>;
}

export function createConnection(options: {
  registry: string;
  userAgent: string;
  fetchStorage?: FetchStorage | undefined;
}): Connection {
  const { origin, host } = new URL(options.registry);
  const requests: SeenRequest[] = [];

  async function sendOnce(url: URL, method: string, headers: Headers): Promise<HttpAnswer> {
    const isElsewhere = url.host !== host;
    const path = url.pathname + url.search;
    const answer = await (isElsewhere && options.fetchStorage
      ? options.fetchStorage(url, { method, headers })
      : request(url.origin, { method, path, headers }));
    requests.push({ method, path: isElsewhere ? url.href : path, status: answer.status });
    return answer;
  }

  return {
    requests,
    send(method, target, headers = []) {
      const first = new URL(target, origin);
      const forFirst: Headers = [['User-Agent', options.userAgent], ...headers];
      const forOthers = forFirst.filter(([name]) => name.toLowerCase() !== 'authorization');
      return followRedirects(first, method, (url, hopMethod) =>
        sendOnce(url, hopMethod, url === first ? forFirst : forOthers),
      );
    },
  };
}
