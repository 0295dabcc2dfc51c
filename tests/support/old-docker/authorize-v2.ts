/**
 * How an old docker answers the challenge on the ping of `/v2/`, once for the whole pull:
 *     WWW-Authenticate: Bearer realm="https://…/token",service="S"     GET realm?service=S&scope=repository:NAME:pull[&account=U]
 *     WWW-Authenticate: Basic realm="…"                                the user and password with every request
 * The token service is shown Basic when there is a user. A challenge on anything but the ping comes too late.
 */
import type { Connection, Headers } from './connection';
import { describeAnswer } from './fallback';
import { V2Failed } from './v2-failed';

export interface Login {
  user: string;
  password: string;
}

export const basicOf = ({ user, password }: Login): Headers => [
  ['Authorization', `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`],
];

export async function authorizeV2(
  connection: Connection,
  { challenge, name, login }: { challenge: string; name: string; login: Login | undefined },
): Promise<Headers> {
  const [, scheme = '', parameters = ''] = /^(\w+) (.*)$/.exec(challenge) ?? [];
  const basic = login ? basicOf(login) : [];
  if (scheme.toLowerCase() !== 'bearer') return basic;
  const found = new Map([...parameters.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]));
  const query = new URLSearchParams({
    service: found.get('service') ?? '',
    scope: `repository:${name}:pull`,
    ...(login && { account: login.user }),
  });
  const { status, body } = await connection.send('GET', `${found.get('realm') ?? ''}?${query.toString()}`, basic);
  if (status !== 200) throw fail(status, body.toString());
  const { token } = JSON.parse(body.toString()) as { token?: string };
  if (!token) throw new V2Failed('authorization server did not include a token in the response');
  return [['Authorization', `Bearer ${token}`]];
}

const fail = (status: number, body: string): V2Failed =>
  new V2Failed(describeAnswer({ status, body }), { status, body });
