/**
 * The JSON Schemas of redirect files, one a version, compiled. Producers can use the files in schemas/ as they are.
 * Source: docs/redirect-files.md. Pure.
 */
import { Ajv, type ErrorObject } from 'ajv';
import definitions from './schemas/definitions.json';
import v1 from './schemas/v1.json';
import v2 from './schemas/v2.json';
import v3 from './schemas/v3.json';
import v4 from './schemas/v4.json';
import v5 from './schemas/v5.json';

interface CommonDocument {
  repository?: string;
  'repo-registry-id': string;
  url: string;
  protected?: boolean | 'true' | 'false';
}

interface FormData {
  schema2_data: string[];
  manifest_list_data?: string[];
  manifest_list_amd64_tags?: Record<string, [digest: string, schemaVersion: 1 | 2]>;
  schema1_data?: string[];
}

/** A redirect file that obeys the schema of its version; unknown keys may be there too. */
export type RedirectDocument = CommonDocument &
  (
    | { version: 1; images: { id: string }[]; tags: Record<string, string> }
    | { version: 2 }
    | ({ version: 3 | 4 | 5 } & FormData)
  );

export interface SchemaProblem {
  /** JSON pointer to the place. */
  pointer: string;
  message: string;
}

const schemas = [v1, v2, v3, v4, v5];

/** Enough to see what is wrong; a file of a million mistakes must not fill the log. */
const MOST_PROBLEMS = 20;

// The union types of draft 7's tuples and enums are what we mean; ajv's strict mode would warn about them.
const compile = (allErrors: boolean): Map<number, ReturnType<Ajv['compile']>> => {
  const ajv = new Ajv({ allErrors, verbose: true, strictTuples: false, strictTypes: false, strictRequired: false });
  ajv.addSchema(definitions);
  return new Map(schemas.map((schema) => [schema.properties.version.const, ajv.compile(schema)]));
};

const stopAtFirst = compile(false);
const findAll = compile(true);

export const readsVersion = (version: unknown): version is number => stopAtFirst.has(version as number);

/** Problems of a document whose version is one that we read; none: it is a RedirectDocument. */
export function checkDocument(version: number, document: unknown): SchemaProblem[] {
  if (stopAtFirst.get(version)?.(document)) return [];
  const validate = findAll.get(version);
  void validate?.(document);
  return (validate?.errors ?? []).slice(0, MOST_PROBLEMS).map(describe);
}

function describe({ instancePath, keyword, params, message, parentSchema }: ErrorObject): SchemaProblem {
  const given = params as Record<string, unknown>;
  switch (keyword) {
    case 'required':
      return { pointer: `${instancePath}/${String(given['missingProperty'])}`, message: 'is missing' };
    case 'propertyNames':
      return { pointer: `${instancePath}/${String(given['propertyName'])}`, message: 'is not a valid tag' };
    case 'enum':
      return { pointer: instancePath, message: `must be one of ${JSON.stringify(given['allowedValues'])}` };
    case 'pattern':
      // The schemas say in words what their patterns mean.
      return { pointer: instancePath, message: String(parentSchema?.['$comment']) };
    default:
      return { pointer: instancePath, message: message ?? keyword };
  }
}
