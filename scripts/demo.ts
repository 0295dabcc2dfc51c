/**
 * Makes the content that `scripts/start` serves.
 *     node build/scripts/demo.js [DIRECTORY [METADATA_DIRECTORY]]      default: build/demo metadata
 */
import { publishDemo } from './lab/demo-content';

const [directory = 'build/demo', metadataDirectory = 'metadata'] = process.argv.slice(2);

publishDemo(directory, metadataDirectory).catch((error: unknown) => {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
