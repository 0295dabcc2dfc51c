/** The requests of the soak, each with its judge. Pure. */
import type { Client } from './clients';
import type { Answer, Expected, Published } from './expected';
import {
  expectBlob,
  expectManifest,
  expectTags,
  expectV1File,
  expectV1Images,
  expectV1Tag,
  expectV1Tags,
  isAnswer,
} from './expected';
import type { History, Span, Verdict } from './history';
import { judge } from './history';

export interface Question {
  method: 'GET' | 'HEAD';
  path: string;
  headers: Client['headers'];
  judge: (answer: Answer, span: Span) => Verdict;
}

/** A repository, whatever of it is published. */
export interface Subject {
  name: string;
  history: History;
}

type Expectation = (published: Published) => Expected;

export function askManifest(subject: Subject, reference: string, client: Client, method: Question['method']): Question {
  const path = `/v2/${subject.name}/manifests/${reference}`;
  const expect: Expectation = (published) => expectManifest(published, subject.name, reference, client);
  return { ...ask(subject, path, client, expect, method), method };
}

export const askBlob = (subject: Subject, digest: string, client: Client): Question =>
  ask(subject, `/v2/${subject.name}/blobs/${digest}`, client, (published) => expectBlob(published, digest));

export const askTags = (subject: Subject, client: Client): Question =>
  ask(subject, `/v2/${subject.name}/tags/list`, client, (published) => expectTags(published, client));

export const askV1Images = (subject: Subject, client: Client): Question =>
  ask(subject, `/v1/repositories/${subject.name}/images`, client, expectV1Images);

export const askV1Tags = (subject: Subject, client: Client): Question =>
  ask(subject, `/v1/repositories/${subject.name}/tags`, client, expectV1Tags);

export const askV1Tag = (subject: Subject, tag: string, client: Client): Question =>
  ask(subject, `/v1/repositories/${subject.name}/tags/${tag}`, client, (published) => expectV1Tag(published, tag));

export const askV1File = (subject: Subject, id: string, file: string, client: Client): Question =>
  ask(subject, `/v1/images/${id}/${file}`, client, (published) => expectV1File(published, id, file));

/** `/v2/` or `/v1/_ping`. */
export function askPing(path: '/v2/' | '/v1/_ping', client: Client): Question {
  const expected: Expected = { status: 200, body: path === '/v2/' ? '{}' : 'true' };
  return {
    method: 'GET',
    path,
    headers: client.headers,
    judge: (answer) => (isAnswer(answer, expected, 'GET') ? 'right' : 'wrong'),
  };
}

function ask(
  { history }: Subject,
  path: string,
  { headers }: Client,
  expect: Expectation,
  method: Question['method'] = 'GET',
): Question {
  return {
    method,
    path,
    headers,
    judge: (answer, span) => judge(history, span, (published) => isAnswer(answer, expect(published), method)),
  };
}
