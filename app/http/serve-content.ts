/**
 * Delivers published files from a local directory (`[serve_content]`), by ourselves or through Apache's mod_xsendfile.
 *
 *     <content_dir_v2>/<repository>/manifests/2/latest      <content_dir_v1>/<repository>/<image id>/layer
 *
 * The path is made of the publisher's repository id and validated parts of the request, so a request cannot leave the
 * tree; links inside a tree lead to the publisher's content store and are followed. A repository whose tree is not here
 * is redirected to its storage URL.
 */
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import send from 'send';
import type { Config } from '../config/config';
import type { HeaderLines, PublishedDecision, PublishedFile } from '../decide/decision';
import type { Logger } from '../observe/logger';
import { unavailable } from '../registry/errors';
import { JSON_TYPE, MANIFEST_SCHEMA1 } from '../registry/media-types';
import type { Deliver } from './write-decision';
import { writeError } from './write-decision';

export interface ServeContentOptions {
  settings: Config['serveContent'];
  redirect: Deliver;
  logger: Logger;
}

export function createServeContent({ settings, redirect, logger }: ServeContentOptions): Deliver {
  const { usesXSendfile } = settings;
  return (request, response, decision, common) => {
    const { file } = decision;
    const { lines: headers } = common;
    const tree = locateTree(file, settings);
    const deliver = async (): Promise<void> => {
      switch (await findFile(tree, file.path)) {
        case 'no tree':
          redirect(request, response, decision, common);
          return;
        case 'missing':
          writeError(request, response, decision.missing, headers);
          return;
        case 'found': {
          const mediaType = file.mediaType ?? (await readMediaType(join(tree, file.path)));
          setHeaders(response, [...headers, 'Content-Type', mediaType, ...headersOfDigest(decision)]);
          if (usesXSendfile) response.setHeader('X-Sendfile', join(tree, file.path)).end();
          else await sendFile(request, response, tree, decision, headers);
        }
      }
    };
    deliver().catch((error: unknown) => {
      logger.error('content cannot be read', { path: join(tree, file.path), error });
      if (response.headersSent) {
        response.destroy();
        return;
      }
      clearHeaders(response);
      writeError(request, response, unavailable('the content cannot be read'), headers);
    });
  };
}

/** The directory of a repository's tree. */
export const locateTree = ({ protocol, publisherId }: PublishedFile, settings: Config['serveContent']): string =>
  join(protocol === 'v1' ? settings.contentDirV1 : settings.contentDirV2, publisherId);

/** Faults other than absence are thrown: what cannot be read now may exist. */
async function findFile(tree: string, path: string): Promise<'found' | 'missing' | 'no tree'> {
  if (await isThere(join(tree, path), (stats) => stats.isFile())) return 'found';
  return (await isThere(tree, (stats) => stats.isDirectory())) ? 'missing' : 'no tree';
}

async function isThere(path: string, isRight: (stats: Awaited<ReturnType<typeof stat>>) => boolean): Promise<boolean> {
  try {
    return isRight(await stat(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

/** The flat layout keeps all forms in one directory; schema 2 and lists name their type in the document. */
async function readMediaType(path: string): Promise<string> {
  try {
    const { mediaType, schemaVersion } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    if (typeof mediaType === 'string' && /^[\w.+-]+\/[\w.+-]+$/.test(mediaType)) return mediaType;
    return schemaVersion === 1 ? MANIFEST_SCHEMA1 : JSON_TYPE;
  } catch (error) {
    if (error instanceof SyntaxError) return JSON_TYPE;
    throw error;
  }
}

/** Range, HEAD and If-None-Match are the library's. Rejects where the file cannot be read. */
function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  tree: string,
  { file, missing }: PublishedDecision,
  headers: HeaderLines,
): Promise<void> {
  const refuse = (): void => {
    clearHeaders(response);
    writeError(request, response, missing, headers);
  };
  return new Promise((resolve, reject) => {
    response.once('close', resolve);
    send(request, encodeURI(file.path), { root: tree, index: false, cacheControl: false, dotfiles: 'allow' })
      .on('error', (error: Error & { status?: number; headers?: Record<string, string> }) => {
        if (error.status === 404) refuse();
        else if (error.status === 412 || error.status === 416) {
          clearHeaders(response);
          response
            .writeHead(error.status, [...headers, ...Object.entries(error.headers ?? {}).flat(), 'Content-Length', '0'])
            .end();
        } else reject(error);
      })
      .on('directory', refuse)
      .pipe(response);
  });
}

/** A digest is promised with the content only, not with an error. */
const headersOfDigest = ({ digest }: PublishedDecision): HeaderLines =>
  digest === undefined ? [] : ['Docker-Content-Digest', digest, 'ETag', `"${digest}"`];

function setHeaders(response: ServerResponse, lines: HeaderLines): void {
  for (let index = 0; index < lines.length; index += 2) {
    response.setHeader(lines[index] as string, lines[index + 1] as string);
  }
}

function clearHeaders(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
}
