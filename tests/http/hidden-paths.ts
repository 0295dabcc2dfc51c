/** Every route by which something hidden could be found: the names of `secret/…` in ./repositories, and what lists names. */
import { IMAGE, imageIdOf, OLD_IMAGE, repositories } from './repositories';

const isSecret = (document: { 'repo-registry-id'?: unknown }): boolean =>
  String(document['repo-registry-id']).startsWith('secret/');

/** What somebody has who has never heard of the hidden ones. */
export const openRepositories = repositories.filter((document) => !isSecret(document));

export const HIDDEN_NAMES = ['secret/five', 'secret/flat', 'secret/text', 'secret/v1'];

export const HIDDEN_PATHS = [
  ...HIDDEN_NAMES.flatMap((name) => [
    ...['latest', 'old', 'nowhere', IMAGE, OLD_IMAGE].map((reference) => `/v2/${name}/manifests/${reference}`),
    `/v2/${name}/blobs/${IMAGE}`,
    `/v2/${name}/referrers/${IMAGE}`,
    `/v2/${name}/tags/list`,
    `/v2/${name}/tags/list?n=1`,
    `/v1/repositories/${name}/images`,
    `/v1/repositories/library/${name}/images`,
    `/v1/repositories/${name}/tags`,
    `/v1/repositories/${name}/tags/latest`,
  ]),
  ...['4', '5', 'e', '1'].flatMap((digit) =>
    ['json', 'layer', 'ancestry'].map((file) => `/v1/images/${imageIdOf(digit)}/${file}`),
  ),
  '/v2/_catalog',
  '/v2/_catalog?n=10',
  '/v2/_catalog?last=open/by-text&n=1',
  '/v2/_catalog?last=secret',
  '/v1/search?q=secret',
];
