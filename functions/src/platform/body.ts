const MOST_DEPTH = 32;
const INT64 = /^type\.googleapis\.com\/google\.protobuf\.U?Int64Value$/;

/**
 * Whether the SDK's decoder takes it as it is: it answers `internal` to a type that it does not know and to
 * deep nesting, and makes `__proto__` a prototype, where no schema sees it.
 */
export function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MOST_DEPTH || Object.hasOwn(value, '__proto__')) return false;
  if ('@type' in value)
    return INT64.test(String(value['@type'])) && 'value' in value && /^-?\d+$/.test(String(value.value));
  return Object.values(value).every((part) => isPlain(part, depth + 1));
}
