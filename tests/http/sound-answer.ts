/** What holds for every answer to any request, as it came over the wire. */

export interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** Bytes as latin1, as `exchange` gives them. */
export function parseAnswer(received: string): Answer {
  const text = received.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(statusLine.split(' ')[1]), headers: new Map(headers), body: text.slice(end + 4) };
}

/** The answer to what is no HTTP request: node's own, or in JSON. Whether it was to be a HEAD, nobody knows then. */
export const NO_REQUEST =
  /^HTTP\/1\.1 (?:400 Bad Request|431 Request Header Fields Too Large)\r\n(?:Connection: close\r\n\r\n$|[^]*\{"errors":\[\{"code":"UNSUPPORTED","message":"(?:this is not a valid HTTP|the headers of the request))/;

const OF_V2 = /^(?:[Hh][Tt][Tt][Pp][Ss]?:\/\/[^/?]*)?\/v2(?:[/?]|$)/;

/** `prefixes`: the storage URLs that the client may be sent to. */
export function expectSound(answer: Answer, asked: { method: string; path: string }, prefixes: string[]): void {
  const { status, headers, body } = answer;
  const type = headers.get('content-type') ?? '';
  expect(status).toBeGreaterThanOrEqual(200);
  expect(type).not.toContain('html');
  expect(body).not.toMatch(/<!doctype|<html/i);
  if (OF_V2.test(asked.path)) expect(headers.get('docker-distribution-api-version')).toBe('registry/2.0');
  if (asked.method !== 'HEAD') expect(headers.get('content-length')).toBe(String(body.length));
  else expect(body).toBe('');

  const location = headers.get('location');
  expect(location !== undefined).toBe(status === 301 || status === 302);
  if (status === 301) expect(location).toBe('/v2/');
  if (status === 302) {
    expect(location).toMatch(/^[\x21-\x7e]+$/);
    const prefix = prefixes.find((known) => location?.startsWith(known));
    expect(prefix).toBeDefined();
    expect(location?.slice(prefix?.length)).not.toMatch(/\/\.{0,2}\/|^\/|\\|#/);
    expect(body).toBe('');
  }
  // What docker looks for when it cannot create a user.
  if (body === '"Username or email already exists"') expect([asked.method, status]).toEqual(['POST', 400]);
  else if (status >= 400 && asked.method !== 'HEAD') expectSpecError(answer);
}

function expectSpecError({ headers, body }: Answer): void {
  expect(headers.get('content-type')).toBe('application/json');
  const parsed = JSON.parse(Buffer.from(body, 'latin1').toString()) as { errors: { code: string; detail: unknown }[] };
  expect(Object.keys(parsed)).toEqual(['errors']);
  expect(parsed.errors).toMatchObject([
    { code: expect.stringMatching(/^[A-Z_]+$/) as string, message: expect.any(String) as string },
  ]);
  expect(typeof parsed.errors[0]?.detail === 'object' && parsed.errors[0].detail !== null).toBe(true);
}
