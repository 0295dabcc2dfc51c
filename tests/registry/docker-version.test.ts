/** Which clients fall back to v1 on a 404, and which take a 404 for an empty list. */
import { parseDockerVersion } from '../../app/registry/docker-version';

const agent = (version: string): string =>
  `docker/${version} go/go1.4.1 git-commit/a8a31ef kernel/3.16 os/linux arch/amd64`;

it.each([
  ...['1.5.0', '1.6.2', '1.7.1', '1.10.3', '1.11.2', '1.12.6', '1.13.1'],
  ...['17.03.2-ce', '17.05.0-ce', '17.06.2-ce', '17.09.1-ce', '17.11.0-ce', '17.11-dev', '1.10', '0.9.1'],
])('docker %s speaks v1', (version) => {
  expect(parseDockerVersion(agent(version))).toEqual({ speaksV1: true, readsNotFoundAsEmpty: false });
});

it.each(['1.8.0', '1.8.3', '1.9.0', '1.9.1', '1.8.2-fc22', '1.9-dev'])(
  'docker %s speaks v1 and takes a 404 for an empty list',
  (version) => {
    expect(parseDockerVersion(agent(version))).toEqual({ speaksV1: true, readsNotFoundAsEmpty: true });
  },
);

it.each(['17.12.0-ce', '17.12', '18.09.1', '19.03.15', '20.10.17', '26.1.4', '28.0.0', '100.8.0'])(
  'docker %s knows v2 only',
  (version) => {
    expect(parseDockerVersion(agent(version))).toEqual({ speaksV1: false, readsNotFoundAsEmpty: false });
  },
);

it.each([
  ...[
    undefined,
    '',
    'docker',
    'docker/',
    'docker/dev',
    'docker/1',
    'docker/1.',
    'docker/1.x',
    'docker/1.8x',
    'curl/7.88',
  ],
  ...[
    'containers/5.24.1 (github.com/containers/image)',
    'containerd/1.6.20',
    'podman/1.8.0',
    'skopeo/1.9.0',
    'Go-http-client/1.1',
  ],
  ...['Mozilla/5.0 docker/1.9.0', 'docker-ce/1.8.0', 'xdocker/1.9.1', `docker/${'1'.repeat(400)}.8.0`],
])('%j is no old docker', (userAgent) => {
  expect(parseDockerVersion(userAgent)).toEqual({ speaksV1: false, readsNotFoundAsEmpty: false });
});

it.each(['docker/1.8.1', 'docker/1.8.1\ngo/x', 'docker/1.9 go/x'])(
  '%j needs nothing behind the version',
  (userAgent) => {
    expect(parseDockerVersion(userAgent)).toEqual({ speaksV1: true, readsNotFoundAsEmpty: true });
  },
);
