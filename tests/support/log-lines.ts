/** What a running program has logged so far, as far as it is JSON. */
import type { Service } from './service';

export type LogLine = Record<string, unknown>;

export const logLines = ({ output }: Pick<Service, 'output'>): LogLine[] =>
  output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);

export const saidOf = (service: Pick<Service, 'output'>, message: string): LogLine[] =>
  logLines(service).filter((line) => line['message'] === message);
