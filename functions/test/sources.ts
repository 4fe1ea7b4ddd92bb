import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** What the checks of the architecture and of the built client look at: files, as TypeScript reads them. */

export type Import = {
  /** The file meant, from the root (`escrow/fees.ts`), or the name of a package. */
  readonly target: string;
  readonly relative: boolean;
  /** Erased when compiled. */
  readonly typeOnly: boolean;
  /** What is taken from it; empty for all of it. */
  readonly names: readonly string[];
};

export type Source = {
  readonly name: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
};

export const sourceRoot = join(import.meta.dirname, '..', 'src');

/** Every file under a folder that ends so, with its imports. */
export const sourcesIn = (root: string, ending = '.ts'): Source[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => read(root, name));

function read(root: string, name: string): Source {
  const text = readFileSync(join(root, name), 'utf8');
  const tree = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  return { name, text, tree, imports: nodesOf(tree).flatMap((node) => importOf(name, node)) };
}

/** A node and all that is in it. */
export const nodesOf = (node: ts.Node): ts.Node[] => {
  const inside: ts.Node[] = [node];
  ts.forEachChild(node, (child) => void inside.push(...nodesOf(child)));
  return inside;
};

/** `import … from`, `export … from`, `import('…')` in code, and `import('…').T` in types. */
function importOf(from: string, node: ts.Node): Import[] {
  if (ts.isImportDeclaration(node))
    return [imported(from, node.moduleSpecifier, isTypeOnly(node.importClause), namesOf(node.importClause))];
  if (ts.isExportDeclaration(node) && node.moduleSpecifier)
    return [imported(from, node.moduleSpecifier, node.isTypeOnly)];
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return [imported(from, node.arguments[0]!, false)];
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return [imported(from, node.argument.literal, true)];
  return [];
}

function imported(from: string, specifier: ts.Node, typeOnly: boolean, names: string[] = []): Import {
  const text = ts.isStringLiteralLike(specifier) ? specifier.text : specifier.getText();
  const relative = text.startsWith('.');
  return { target: relative ? join(dirname(from), text) : text, relative, typeOnly, names };
}

const elementsOf = (clause: ts.ImportClause | undefined) =>
  clause?.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : [];

const namesOf = (clause: ts.ImportClause | undefined): string[] =>
  elementsOf(clause).map(({ propertyName, name }) => (propertyName ?? name).text);

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  const elements = elementsOf(clause);
  const eachIs = elements.length > 0 && !clause.name && elements.every((element) => element.isTypeOnly);
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || eachIs;
}

/** Rings of imports, each told once, from its first name on. */
export function ringsIn(sources: readonly Source[]): string[] {
  const byName = new Map(sources.map((source) => [source.name, source]));
  const rings = new Set<string>();
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) return void rings.add([...path.slice(path.indexOf(name)), name].join(' > '));
    if (done.has(name)) return;
    for (const { target } of byName.get(name)?.imports ?? []) visit(target, [...path, name]);
    done.add(name);
  };
  for (const { name } of sources) visit(name, []);
  return [...rings];
}
