import { join } from 'node:path';
import ts from 'typescript';

/**
 * What each field means: the comments of the contract, as an app developer's editor shows them. Read through the types of
 * the client, so that a view that several calls answer says the same everywhere.
 */

/** By call, side and field as `fields.ts` names it: `escrow-fund output needs`. */
export type Meanings = ReadonlyMap<string, string>;

const root = join(import.meta.dirname, '..');
const entry = join(root, 'functions/client/src/index.ts');

export function readMeanings(): Meanings {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [entry] }, ts.sys, root);
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  const client = module && checker.getExportsOfModule(module).find(({ name }) => name === 'Client');
  if (!client) throw new Error('the client has no type of its calls');
  const meanings = new Map<string, string>();
  for (const feature of checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(client)))
    for (const call of checker.getPropertiesOfType(checker.getTypeOfSymbol(feature))) {
      const [method] = checker.getSignaturesOfType(checker.getTypeOfSymbol(call), ts.SignatureKind.Call);
      if (!method) continue;
      const name = `${feature.name}-${call.name}`;
      const [input] = method.parameters;
      if (input) read(checker.getTypeOfSymbol(input), `${name} input `, '');
      read(checker.getAwaitedType(method.getReturnType()), `${name} output `, '');
    }
  return meanings;

  function read(type: ts.Type | undefined, call: string, path: string): void {
    if (!type) return;
    const whole = checker.getNonNullableType(type);
    if (checker.isTupleType(whole)) {
      for (const part of checker.getTypeArguments(whole as ts.TypeReference)) read(part, call, path);
      return;
    }
    if (checker.isArrayType(whole)) {
      read(checker.getTypeArguments(whole as ts.TypeReference)[0], call, `${path}[]`);
      return;
    }
    for (const part of whole.isUnion() ? whole.types : [whole])
      if (part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))
        for (const field of checker.getPropertiesOfType(part)) {
          if (!field.declarations?.some((one) => one.getSourceFile().fileName.includes('/functions/src/')))
            continue;
          const own = path === '' ? field.name : `${path}.${field.name}`;
          const text = ts
            .displayPartsToString(field.getDocumentationComment(checker))
            .replaceAll(/\s+/g, ' ');
          if (text !== '') meanings.set(call + own, text);
          read(checker.getTypeOfSymbol(field), call, own);
        }
  }
}
