/** Where clients of an https server of our own are sent for a token: never to where a password would go in the clear. */
import { ServerCertificate } from '../../../app/http/server-certificate';
import { startServer } from '../../../app/http/server';
import { createCertificate } from '../../support/certificate';
import { openTls } from '../../support/fingerprint';
import { createTemporaryDirectory } from '../../support/temporary-directory';
import { ask } from '../answers';
import { createTestFront } from '../front';
import { repositories } from '../repositories';
import { USERS } from './credentials';

it('is https, whatever the client says of what it has asked', async () => {
  const { certificateFile: certFile, keyFile } = await createCertificate(createTemporaryDirectory());
  const { front, access } = await createTestFront({ files: repositories, auth: { users: USERS } });
  const silent = { error: jest.fn(), warn: jest.fn(), info: jest.fn(), debug: jest.fn() };
  const certificate = new ServerCertificate({ certFile, keyFile }, silent);
  const server = await startServer({ front, host: '127.0.0.1', port: 0, certificate });
  try {
    const url = `https://${server.address}`;
    const { headers } = await ask(url, '/v2/', { Host: 'registry.example.com' });
    expect(headers['www-authenticate']).toBe('Bearer realm="https://registry.example.com/token",service="davit"');

    const socket = await openTls(url);
    socket.write('GET /v2/ HTTP/1.0\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toContain(`WWW-Authenticate: Bearer realm="${url}/token",service="davit"\r\n`);
  } finally {
    await server.stop(0);
    await access?.close();
  }
});
