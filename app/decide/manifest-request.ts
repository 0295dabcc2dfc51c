/** What a client asks when it asks for a manifest. */
import type { Accept } from '../registry/accept';

export interface ManifestRequest {
  name: string;
  /** Tag or digest, valid. */
  reference: string;
  accept: Accept;
  /** A 404 makes this client fall back to the v1 protocol. */
  speaksV1: boolean;
}
