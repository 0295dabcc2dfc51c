/** Requests that came in one turn of the event loop are answered after the last of them, and a lone one at once. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { answerTogether } from '../../app/http/answer-together';
import { listen } from './listen';
import { exchange, formatRequest } from './raw-exchange';

/** Requests by their numbers, and the numbers of those that have been answered, in order. */
function record(): { answered: number[]; come: (first: number, count: number) => void; answerAll: () => void } {
  const answered: number[] = [];
  const { listener, answerAll } = answerTogether((request) => void answered.push(Number(request.url)));
  return {
    answered,
    answerAll,
    come: (first, count) => {
      for (let number = first; number < first + count; number++) {
        const request = { url: String(number) } as IncomingMessage;
        listener(request, { req: request } as ServerResponse);
      }
    },
  };
}

const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);

it('many are answered when all have come, in the order in which they came', async () => {
  const { answered, come } = record();
  come(0, 30);
  expect(answered).toEqual([]);
  await turn();
  expect(answered).toEqual(range(0, 30));
  come(30, 3);
  expect(answered).toHaveLength(30);
  await turn();
  expect(answered).toEqual(range(0, 33));
});

it('no more than 64 wait for each other', async () => {
  const { answered, come } = record();
  come(0, 63);
  expect(answered).toEqual([]);
  come(63, 1);
  expect(answered).toEqual(range(0, 64));
  come(64, 1);
  expect(answered).toHaveLength(64);
  await turn();
  expect(answered).toEqual(range(0, 65));
  // A turn of 65 is no turn of few.
  come(65, 1);
  expect(answered).toHaveLength(65);
  await turn();
});

it('after a turn of few, the next 16 are answered at once, and then it is looked again', async () => {
  const { answered, come } = record();
  come(0, 2);
  await turn();
  expect(answered).toEqual([0, 1]);
  for (const number of range(2, 16)) {
    come(number, 1);
    expect(answered).toEqual(range(0, number + 1));
  }
  come(18, 5);
  expect(answered).toHaveLength(18);
  await turn();
  expect(answered).toEqual(range(0, 23));
  come(23, 5);
  expect(answered).toHaveLength(23);
  await turn();
  expect(answered).toEqual(range(0, 28));
});

it('who cannot wait has all answered at once, and none twice', async () => {
  const { answered, come, answerAll } = record();
  come(0, 5);
  answerAll();
  expect(answered).toEqual(range(0, 5));
  come(5, 5);
  expect(answered).toHaveLength(5);
  await turn();
  expect(answered).toEqual(range(0, 10));
});

describe('on a server', () => {
  const serve = (answer: RequestListener): Promise<string> => listen(createServer(answerTogether(answer).listener));

  it('requests of one connection are answered in their order', async () => {
    const url = await serve((request, response) => response.end(request.url));
    const lines = range(0, 100).map((number) => formatRequest('GET', `/${number}.`));
    const all = lines.map((line, at) => (at < 99 ? line.replace('Connection: close\r\n', '') : line)).join('');
    expect((await exchange(url, all)).match(/(?<=^\/)\d+(?=\.)/gm)?.map(Number)).toEqual(range(0, 100));
  });

  it('one whose client has gone meanwhile holds up no other', async () => {
    const heard: string[] = [];
    const url = await serve((request, response) => {
      heard.push(request.url ?? '');
      if (heard.length === 1) sockets.slice(1, 3).forEach((socket) => socket.resetAndDestroy());
      response.end();
    });
    const sockets: Socket[] = [];
    const answers = range(0, 8).map(
      (number) =>
        new Promise<string>((resolve) => {
          const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
            socket.write(formatRequest('GET', `/${number}`)),
          );
          sockets.push(socket);
          let answer = '';
          socket.on('data', (chunk) => (answer += chunk.toString()));
          socket.on('close', () => resolve(answer.slice(0, 15))).on('error', () => undefined);
        }),
    );
    const statuses = await Promise.all(answers);
    expect(heard.sort()).toEqual(range(0, 8).map((number) => `/${number}`));
    expect(statuses.filter((status) => status === 'HTTP/1.1 200 OK').length).toBeGreaterThanOrEqual(6);
  });
});
