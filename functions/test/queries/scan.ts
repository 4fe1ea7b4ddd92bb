import ts from 'typescript';
import { nodesOf, sourceRoot, sourcesIn } from '../sources.ts';

/** What the source says about queries, so that a list of them can be checked for gaps. */
export type Scan = {
  /** `<file> <function>` for each place where a query is made. */
  readonly sites: readonly string[];
  /** The collections handed to `sweepNews`, by their names in collections.ts. */
  readonly swept: readonly string[];
  /** `<query function> <field>` for each sum. */
  readonly sums: readonly string[];
};

export function scanSource(): Scan {
  const found = { sites: new Set<string>(), swept: new Set<string>(), sums: new Set<string>() };
  for (const { name, tree } of sourcesIn(sourceRoot).filter((source) => !source.name.endsWith('.test.ts'))) {
    for (const node of nodesOf(tree)) {
      if (makesQuery(node)) found.sites.add(`${name} ${functionAround(node)}`);
      const [called, first = '', second = ''] = callOf(node);
      if (called === 'sweepNews') found.swept.add(first.replace('collections.', ''));
      if (called === 'total') found.sums.add(`${first.split('(')[0] ?? ''} ${second.replaceAll("'", '')}`);
    }
  }
  const sorted = (names: Set<string>) => [...names].sort();
  return { sites: sorted(found.sites), swept: sorted(found.swept), sums: sorted(found.sums) };
}

/** The name of the nearest function that has one. */
function functionAround(node: ts.Node): string {
  if (ts.isFunctionDeclaration(node) && node.name) return node.name.text;
  if (ts.isVariableDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer))
    return node.name.getText();
  return ts.isSourceFile(node) ? '?' : functionAround(node.parent);
}

/** A function that says it answers a query, or an object that reads like one. */
function makesQuery(node: ts.Node): boolean {
  if (ts.isFunctionDeclaration(node) || ts.isArrowFunction(node))
    return node.type?.getText().startsWith('Query<') ?? false;
  if (!ts.isObjectLiteralExpression(node)) return false;
  const keys = new Set(node.properties.map((property) => property.name?.getText()));
  return keys.has('collection') && ['where', 'orderBy', 'limit', 'after'].some((key) => keys.has(key));
}

const callOf = (node: ts.Node): string[] =>
  ts.isCallExpression(node)
    ? [node.expression.getText(), ...node.arguments.map((argument) => argument.getText())]
    : [];
