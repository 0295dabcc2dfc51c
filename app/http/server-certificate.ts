/**
 * TLS of our own (`[server] tls_cert`, `tls_key`): a server that shows the certificate, and another certificate when the
 * operator has put one there. Connections that are open go on with what they began with.
 */
import type { RequestListener, ServerOptions } from 'node:http';
import { Server, type ServerOptions as TlsServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureVersion } from 'node:tls';
import type { Logger } from '../observe/logger';
import { loadKeyPair, type KeyPair, type KeyPairFiles } from './key-pair';

/** Node's default, which an option of the node command can lower. */
const minVersion: SecureVersion = 'TLSv1.2';

export class ServerCertificate {
  #server: Server | undefined;

  constructor(
    readonly files: KeyPairFiles,
    readonly logger: Logger,
  ) {}

  /** Reads both files; throws when they cannot be used. */
  createServer(options: ServerOptions & Pick<TlsServerOptions, 'handshakeTimeout'>, listener: RequestListener): Server {
    const loaded = loadKeyPair(this.files);
    if ('mistakes' in loaded) throw new Error(loaded.mistakes.join('; '));
    const { cert, key } = loaded.pair;
    this.#server = new TlsServer({ ...options, minVersion, cert, key }, listener);
    this.#tell('certificate in service', loaded.pair);
    return this.#server;
  }

  /** Reads both files again. Where they cannot be used, the last ones that could stay in service. */
  renew(): void {
    // Not listening yet: what is there will be read.
    if (!this.#server) return;
    const loaded = loadKeyPair(this.files);
    if ('mistakes' in loaded) {
      const reason = loaded.mistakes.join('; ');
      this.logger.error('certificate not renewed; the one before stays in service', { reason });
      return;
    }
    const { cert, key } = loaded.pair;
    this.#server.setSecureContext({ minVersion, cert, key });
    this.#tell('certificate renewed', loaded.pair);
  }

  #tell(message: string, { validFrom, validUntil }: KeyPair): void {
    const fields = { file: this.files.certFile, validUntil };
    const now = Date.now();
    if (now >= validFrom.getTime() && now <= validUntil.getTime()) this.logger.info(message, fields);
    else this.logger.warn(`${message}, but not valid now`, { ...fields, validFrom });
  }
}

/** Node forgets connections whose handshake is not complete when it closes all, and waits for their end. */
class TlsServer extends Server {
  readonly #sockets = new Set<Socket>();

  constructor(options: TlsServerOptions, listener: RequestListener) {
    super(options, listener);
    this.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  override closeAllConnections(): void {
    super.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }
}
