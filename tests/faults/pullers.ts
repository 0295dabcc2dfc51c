/** Good clients that pull all the time while something goes wrong beside them: on a connection of their own each time, and on a kept one. */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

export interface Pullers {
  /** Stops asking; resolves when the last answers are there. */
  stop: () => Promise<PullerReport>;
}

export interface PullerReport {
  pulls: number;
  /** Of one pull, connecting included. */
  slowestMs: number;
  /** Status and Location, or the error, of every pull that was not what was expected. */
  wrong: string[];
}

export interface PullersOptions {
  url: string;
  path: string;
  /** The Location of each answer. */
  location: string;
}

/** Far more than a pull takes, and still an answer for a waiting client. */
const SILENCE_MS = 30_000;
/** Between two pulls on a connection. */
const PACE_MS = 5;

export function startPullers({ url, path, location }: PullersOptions): Pullers {
  const report: PullerReport = { pulls: 0, slowestMs: 0, wrong: [] };
  const state = { isStopping: false };
  const { Agent, get } = url.startsWith('https:') ? https : http;
  const pull = (agent: http.Agent): Promise<string> =>
    new Promise((resolve) => {
      const request = get(`${url}${path}`, { agent, timeout: SILENCE_MS, rejectUnauthorized: false }, (response) => {
        response.resume().on('end', () => resolve(`${response.statusCode} ${response.headers.location}`));
      });
      request
        .on('timeout', () => request.destroy(new Error('no answer')))
        .on('error', ({ message }) => resolve(message));
    });
  const pullOn = async (keepAlive: boolean): Promise<void> => {
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    while (!state.isStopping) {
      const startedAt = performance.now();
      const answer = await pull(agent);
      report.pulls++;
      report.slowestMs = Math.max(report.slowestMs, performance.now() - startedAt);
      if (answer !== `302 ${location}`) report.wrong.push(answer);
      await delay(PACE_MS);
    }
    agent.destroy();
  };
  const done = Promise.all([pullOn(false), pullOn(true)]);
  return {
    stop: async () => {
      state.isStopping = true;
      await done;
      return report;
    },
  };
}
