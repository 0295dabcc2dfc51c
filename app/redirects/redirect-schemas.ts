/**
 * The JSON Schemas of redirect files, one a version, compiled. Producers can use the files in schemas/ as they are.
 * Source: docs/redirect-files.md. Pure.
 */
import { createRequire } from 'node:module';
import type * as ajvModule from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
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
  schema1_data?: string[];
}

interface ListData {
  manifest_list_data: string[];
  manifest_list_amd64_tags: Record<string, [digest: string, schemaVersion: 1 | 2]>;
}

/** A redirect file that obeys the schema of its version; unknown keys may be there too. */
export type RedirectDocument = CommonDocument &
  (
    | { version: 1; images: { id: string }[]; tags: Record<string, string> }
    | { version: 2 }
    | ({ version: 3 } & FormData)
    | ({ version: 4 | 5 } & FormData & ListData)
  );

export interface SchemaProblem {
  /** JSON pointer to the place. */
  pointer: string;
  message: string;
}

/** Enough to see what is wrong; a file of a million mistakes must not fill the log. */
const MOST_PROBLEMS = 20;

/** Nor may it fill the memory, where ajv collects mistakes before they can be counted: of longer files, the first. */
const LONGEST_TEXT_TO_FIND_ALL = 256 * 1024;

interface RedirectSchema {
  /** Everything but what the items of the long lists look like: they are checked while they are packed. */
  shape: () => ValidateFunction;
  stopAtFirst: () => ValidateFunction;
  findAll: () => ValidateFunction;
}

const schemas = [v1, v2, v3, v4, v5];

const { reference } = definitions.definitions;
const anyText = { type: reference.type };
const loose = {
  ...definitions,
  definitions: { ...definitions.definitions, references: { ...definitions.definitions.references, items: anyText } },
};

const loadModule = createRequire(__filename);

/** Loaded and compiled when a file that is not plain comes: that takes longer than all else at the start. */
const compile = (schema: object, shared: object, allErrors: boolean): (() => ValidateFunction) => {
  let compiled: ValidateFunction | undefined;
  return () => {
    if (compiled) return compiled;
    const { Ajv } = loadModule('ajv') as typeof ajvModule;
    // The union types of draft 7's tuples and enums are what we mean; ajv's strict mode would warn about them.
    const ajv = new Ajv({ allErrors, verbose: true, strictTuples: false, strictTypes: false, strictRequired: false });
    ajv.addSchema(shared);
    return (compiled = ajv.compile(schema));
  };
};

const schemaByVersion = new Map<unknown, RedirectSchema>(
  schemas.map((schema) => [
    schema.properties.version.const,
    {
      shape: compile(schema, loose, false),
      stopAtFirst: compile(schema, definitions, false),
      findAll: compile(schema, definitions, true),
    },
  ]),
);

/** Undefined: a version that is not read. */
export const findSchema = (version: unknown): RedirectSchema | undefined => schemaByVersion.get(version);

/** Whether a document obeys its schema, but perhaps for the items of the lists of references. */
export const hasShape = ({ shape }: RedirectSchema, document: unknown): document is RedirectDocument =>
  shape()(document);

/** The problems of a document that does not obey its schema. */
export function checkDocument(
  { stopAtFirst, findAll }: RedirectSchema,
  document: unknown,
  textLength: number,
): SchemaProblem[] {
  const validate = textLength > LONGEST_TEXT_TO_FIND_ALL ? stopAtFirst() : findAll();
  validate(document);
  // A bad property name is told twice: by the rule for names, and by what is wrong with the name.
  const errors = (validate.errors as ErrorObject[]).filter(({ propertyName }) => propertyName === undefined);
  return errors.slice(0, MOST_PROBLEMS).map(describe);
}

function describe({ instancePath, keyword, params, message, parentSchema }: ErrorObject): SchemaProblem {
  const given = params as Record<string, unknown>;
  switch (keyword) {
    case 'required':
      return { pointer: `${instancePath}/${String(given['missingProperty'])}`, message: 'is missing' };
    case 'propertyNames':
      return { pointer: `${instancePath}/${escapePointer(given['propertyName'])}`, message: 'is not a valid tag' };
    case 'enum':
      return { pointer: instancePath, message: `must be one of ${JSON.stringify(given['allowedValues'])}` };
    case 'pattern':
      // The schemas say in words what their patterns mean.
      return { pointer: instancePath, message: String(parentSchema?.['$comment']) };
    default:
      return { pointer: instancePath, message: String(message) };
  }
}

/** As RFC 6901 writes a key. */
export const escapePointer = (key: unknown): string => String(key).replaceAll('~', '~0').replaceAll('/', '~1');
