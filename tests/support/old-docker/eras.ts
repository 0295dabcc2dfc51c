/**
 * The rules that tell the old dockers apart, an era a column. Measured by running 27 releases from 1.5.0 on.
 * From 17.12 on the v1 protocol is gone; 17.06 to 17.11 follow these rules when told not to disable it. Pure.
 */
import {
  fallBackAlways,
  fallBackOnExactShape,
  fallBackUnlessUnderstood,
  type Aftermath,
  type V2Failure,
} from './fallback';

export type Era = '1.5-1.7' | '1.8-1.9' | '1.10-17.11';

export interface EraRules {
  /** The version that stands for the era, and the Go it was built with. */
  version: string;
  goVersion: string;
  /** Whether the ping of `/v2/` opens the v2 protocol; when not, the pull starts with v1. */
  usesV2: (ping: { status: number; hasVersionHeader: boolean }) => boolean;
  /** Accept lines on manifest requests, sent in random order. */
  accept: string[];
  headsBlobs: boolean;
  /** Tells manifests apart by the Content-Type of the final answer; the others know schema 1 only. */
  readsSchema2: boolean;
  decideAftermath: (failure: V2Failure) => Aftermath;
  /** What a tag list without tags means to `pull -a`. */
  emptyTagList: 'failure' | 'nothing to pull';
  /** Takes a 404 for the tag list, whatever its body, for one without tags. */
  readsNotFoundAsNoTags: boolean;
  /** Pings v1 where `/v2/` did not open v2; pings over https are a matter of the version, below. */
  pingsV1WithoutV2: boolean;
  /** Asks for the one tag it needs, not for all of them. */
  asksForOneV1Tag: boolean;
}

export const schema2Type = 'application/vnd.docker.distribution.manifest.v2+json';
export const listType = 'application/vnd.docker.distribution.manifest.list.v2+json';
const schema1Type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

export const eraRules: Record<Era, EraRules> = {
  '1.5-1.7': {
    version: '1.6.2',
    goVersion: 'go1.4.2',
    usesV2: ({ status, hasVersionHeader }) => hasVersionHeader && (status === 200 || status === 401),
    accept: [],
    headsBlobs: false,
    readsSchema2: false,
    decideAftermath: fallBackAlways,
    emptyTagList: 'failure',
    readsNotFoundAsNoTags: false,
    pingsV1WithoutV2: true,
    asksForOneV1Tag: false,
  },
  '1.8-1.9': {
    version: '1.9.1',
    goVersion: 'go1.4.2',
    usesV2: ({ hasVersionHeader }) => hasVersionHeader,
    accept: [],
    headsBlobs: true,
    readsSchema2: false,
    decideAftermath: fallBackUnlessUnderstood,
    emptyTagList: 'nothing to pull',
    readsNotFoundAsNoTags: true,
    pingsV1WithoutV2: false,
    asksForOneV1Tag: true,
  },
  '1.10-17.11': {
    version: '17.03.2-ce',
    goVersion: 'go1.7.5',
    usesV2: () => true,
    accept: [listType, schema1Type, 'application/json', schema2Type],
    headsBlobs: false,
    readsSchema2: true,
    decideAftermath: fallBackOnExactShape,
    emptyTagList: 'nothing to pull',
    readsNotFoundAsNoTags: false,
    pingsV1WithoutV2: false,
    asksForOneV1Tag: true,
  },
};

/** 1.11 and later, who then send Basic authentication with every v1 request, also when they have no credentials. */
export const pingsV1OverHttps = (version: string): boolean => !isBefore(version, 1, 11);

/** 1.5 and 1.6 over http: `Authorization: Token ` with nothing after it. */
export const sendsEmptyToken = (version: string): boolean => isBefore(version, 1, 7);

function isBefore(version: string, major: number, minor: number): boolean {
  const [itsMajor = 0, itsMinor = 0] = version.split('.').map(Number);
  return itsMajor < major || (itsMajor === major && itsMinor < minor);
}
