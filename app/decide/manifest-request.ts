/** What a client asks when it asks for a manifest. */
import type { Accept } from '../registry/accept';

export interface ManifestRequest {
  readonly name: string;
  /** Tag or digest, valid. */
  readonly reference: string;
  readonly accept: Accept;
  /** A 404 makes this client fall back to the v1 protocol. */
  readonly speaksV1: boolean;
}
