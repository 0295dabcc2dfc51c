/**
 * Looks up one value of a crane.conf and resolves `%(name)s` in it, as Python 2's ConfigParser does.
 *
 *     [DEFAULT]
 *     pub = /var/www/pub/docker
 *     [serve_content]
 *     content_dir_v2 = %(pub)s/v2/web/
 *
 * A name is looked for in the section, then in `[DEFAULT]`; `__name__` is the section's own name. A value without `%(` is taken
 * as it stands, every `%` in it too; beside a `%(name)s` a percent sign is written `%%`. What a name stands for is resolved again.
 * Differs from Python: other conversions than `s` are problems, where Python formats numbers and the like. Pure.
 */
import { lowerKey, type Ini } from './ini';

export type Found = { value: string } | { mistake: string };

/** As often as Python: deeper nesting is taken for a circle. */
const maximumPasses = 10;
/** Values that name each other can grow a hundredfold in each pass. */
const maximumLength = 65_536;

/** Undefined when neither the section nor `[DEFAULT]` has the key, or the file has no such section. */
export function findValue({ sections, defaults }: Ini, sectionName: string, key: string): Found | undefined {
  const section = sections.get(sectionName);
  const find = (name: string): string | undefined =>
    section?.get(name) ?? (name === '__name__' ? sectionName : defaults.get(name));
  const raw = section && find(key);
  if (raw === undefined) return undefined;

  let value = raw;
  for (let pass = 0; value.includes('%('); pass += 1) {
    if (pass === maximumPasses) return { mistake: 'names itself through %(…)s, or too deep' };
    const next = replaceNames(value, find);
    if ('mistake' in next) return next;
    value = next.value;
  }
  return { value };
}

function replaceNames(text: string, find: (name: string) => string | undefined): Found {
  let mistake: string | undefined;
  let length = text.length;
  const value = text.replace(/%(%|\(([^()]*)\)s|)/g, (_, form: string, written: string | undefined) => {
    if (form === '%') return '%';
    const found = written === undefined ? undefined : find(lowerKey(written));
    if (found === undefined) {
      mistake ??=
        written === undefined
          ? 'has a % that is neither %(name)s nor %% beside a %(name)s'
          : `names %(${written})s, which neither the section nor [DEFAULT] sets`;
      return '';
    }
    length += found.length;
    if (length <= maximumLength) return found;
    mistake ??= 'grows too long through %(…)s';
    return '';
  });
  return mistake === undefined ? { value } : { mistake };
}
