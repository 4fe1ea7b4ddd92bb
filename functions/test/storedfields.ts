import { join } from 'node:path';
import ts from 'typescript';
import { sourceRoot } from './sources.ts';

/**
 * The fields of every collection that may hold a text which nobody here chose, read from the types of collections.ts:
 * `destinations.*.mask`. A choice of a few words is none, nor a number; what is `unknown` may be anything.
 */
export function textFields(): ReadonlyMap<string, readonly string[]> {
  const file = join(sourceRoot, 'collections.ts');
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true },
    ...{ target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.NodeNext },
  };
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file)!;
  const [exported] = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!);
  const map = checker.getTypeOfSymbol(exported!);
  return new Map(
    map.getProperties().map((one) => {
      const type = checker.getTypeOfSymbol(one);
      // A sub-collection is a function of its parent's id.
      const held = type.getCallSignatures()[0]?.getReturnType() ?? type;
      const [document] = held.aliasTypeArguments ?? [];
      if (!document) throw new Error(`${one.name} is no collection`);
      return [one.name, [...new Set(textsIn(checker, document, [], []))].sort()];
    }),
  );
}

function textsIn(
  checker: ts.TypeChecker,
  type: ts.Type,
  path: readonly string[],
  above: readonly ts.Type[],
): string[] {
  const into = (part: ts.Type, name: string) => textsIn(checker, part, [...path, name], [...above, type]);
  if (type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral))
    return [path.join('.')];
  if (type.isUnion()) return type.types.flatMap((part) => textsIn(checker, part, path, above));
  const object = type.isIntersection() || Boolean(type.flags & ts.TypeFlags.Object);
  if (!object || above.includes(type)) return [];
  // A brand on a number or a text has properties as well.
  if (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.NumberLike)) return [];
  if (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.StringLike))
    return [path.join('.')];
  if (checker.isArrayLikeType(type))
    return checker.getTypeArguments(type as ts.TypeReference).flatMap((part) => into(part, '*'));
  const named = checker
    .getPropertiesOfType(type)
    .flatMap((one) => into(checker.getTypeOfSymbol(one), one.name));
  const keyed = checker.getIndexInfosOfType(type).flatMap((one) => into(one.type, '*'));
  return [...named, ...keyed];
}
