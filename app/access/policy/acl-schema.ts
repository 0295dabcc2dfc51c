/**
 * The JSON Schema of access control lists, compiled. Operators can use the file in schemas/ as it is. Pure.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { escapePointer } from '../../redirects/redirect-schemas';
import schema from './schemas/acl.json';

export interface AclMistake {
  /** JSON pointer to the place, for example `/rules/3/who/0`; empty: the whole file. */
  pointer: string;
  message: string;
}

/** Compiled when it is first used: many have no access control list. */
let compiled: ValidateFunction | undefined;

const compile = (): ValidateFunction => new Ajv({ allErrors: true, verbose: true, strictTypes: false }).compile(schema);

/** Everything that the schema has to say against a document. */
export function checkAclDocument(document: unknown): AclMistake[] {
  compiled ??= compile();
  compiled(document);
  // A bad property name is told twice: by the rule for names, and by what is wrong with the name. `if` repeats its branch.
  return (compiled.errors ?? [])
    .filter(({ keyword, propertyName }) => keyword !== 'if' && propertyName === undefined)
    .map(describe);
}

function describe({ instancePath, keyword, params, message, parentSchema }: ErrorObject): AclMistake {
  const given = params as Record<string, unknown>;
  const below = (key: unknown): string => `${instancePath}/${escapePointer(key)}`;
  switch (keyword) {
    case 'required':
      return { pointer: below(given['missingProperty']), message: 'is missing' };
    case 'additionalProperties':
      return { pointer: below(given['additionalProperty']), message: 'is no key of an access control list' };
    case 'propertyNames':
      return { pointer: below(given['propertyName']), message: schema.definitions.label.$comment };
    case 'minItems':
      return { pointer: instancePath, message: 'is empty' };
    case 'enum':
      return { pointer: instancePath, message: `must be one of ${JSON.stringify(given['allowedValues'])}` };
    default:
      // The schema says in words what ajv would say in terms of schemas.
      return { pointer: instancePath, message: String(parentSchema?.['$comment'] ?? message) };
  }
}
