import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blocksOf, parseRules } from './parse.ts';
import { unjustified } from './shape.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (file: string) => readFile(join(root, file), 'utf8');

test('W2-05 every rule has a row that justifies it, and every row its rule', async () => {
  expect(unjustified(await read('firestore.rules'))).toEqual([]);
});

const journal = 'match /journal/{id} {';
const documents = '/documents {';
const more: [what: string, after: string, added: string, said: string][] = [
  ['an unknown collection', documents, 'match /secrets/{id} { allow read: if false; }', 'no row'],
  ['a wildcard path', documents, 'match /{all=**} { allow read: if false; }', 'no row'],
  ['a place below', journal, 'match /{below=**} { allow read: if false; }', 'no row'],
  ['the name anywhere', documents, 'match /{x=**}/journal/{id} { allow read: if false; }', 'no row'],
  ['a place once more', documents, 'match /journal/{other} { allow get: if false; }', 'twice'],
  ['a rule for everything', documents, 'allow read: if false;', 'for everything'],
  ['what nobody reads', documents, 'match /buyers/{uid} { allow get: if false; }', 'buyers allows get'],
  ['a write', journal, 'allow create: if false;', 'journal allows create'],
  ['a read and a write', journal, 'allow read, write: if false;', 'journal allows write'],
  ['no condition', journal, 'allow get;', 'without a condition'],
  ['a list where a get is meant', 'match /payees/{uid} {', 'allow list: if false;', 'payees allows list'],
];
test.each(more)('W2-05 W4-35 %s is found to be one rule too many', async (_, after, added, said) => {
  const changed = (await read('firestore.rules')).replace(after, `${after} ${added}`);
  const complaints = unjustified(changed);
  expect(complaints.length).toBeGreaterThan(0);
  for (const complaint of complaints) expect(complaint).toContain(said);
});

test('W2-05 a row without its rule is found', async () => {
  const changed = (await read('firestore.rules')).replace('match /journal/', 'match /diary/');
  expect(unjustified(changed)).toEqual([
    'no row: /databases/{database}/documents/diary/{id}',
    'no rule: journal',
  ]);
});

/** What a block lets in, as its own words say it: who, how large, which types, which names. */
type Upload = {
  readonly uid: string | null;
  readonly size: number;
  readonly type: string;
  readonly file: string;
};

function admits(text: string, owner: string, { uid, size, type, file }: Upload): boolean {
  expect(text).toMatch(/: if request\.auth != null\s+&& request\.auth\.uid == uid\s+&& /);
  expect(text).not.toContain('||');
  const [, under, most] = /request\.resource\.size (<=?) ([\d *]+)/.exec(text)!;
  const limit = most!.split('*').reduce((all, one) => all * Number(one), 1);
  const types = new RegExp(`^(?:${/contentType\.matches\('([^']+)'\)/.exec(text)![1]!})$`);
  const names = new RegExp(`^(?:${/file\.matches\('([^']+)'\)/.exec(text)![1]!})$`);
  const fits = size > 0 && (under === '<' ? size < limit : size <= limit);
  expect(text).toContain('request.resource.size > 0');
  return uid === owner && fits && types.test(type) && names.test(file);
}

const MB = 1024 * 1024;
const places = [
  { place: 'avatars', most: 2 * MB - 1, types: ['image/png', 'image/jpeg', 'image/webp'], readers: 'anyone' },
  {
    place: 'proofs',
    most: 5 * MB,
    types: ['image/png', 'image/jpeg', 'image/gif', 'application/pdf'],
    readers: "if request.auth != null && request.auth.token.role in ['finance', 'support', 'superadmin'];",
  },
  {
    place: 'kyc',
    most: 10 * MB - 1,
    types: ['image/png', 'image/heic', 'application/pdf'],
    readers: "if request.auth != null && request.auth.token.role in ['finance', 'superadmin'];",
  },
] as const;

test('W2-08 files: places of their own, put there by their owner once, and nothing else', async () => {
  const [bucket, ...blocks] = blocksOf(parseRules(await read('storage.rules')));
  expect(bucket).toMatchObject({ path: '/b/{bucket}/o', allows: [] });
  expect(blocks.map(({ path }) => path).sort()).toEqual(
    [
      ...places.map(({ place }) => `/b/{bucket}/o/${place}/{uid}/{file}`),
      '/b/{bucket}/o/videos/{course}/{file}',
    ].sort(),
  );
});

test.each(places)(
  'W2-08 F64 F72 $place: whose, how large, which types',
  async ({ place, most, types, readers }) => {
    const blocks = blocksOf(parseRules(await read('storage.rules')));
    const { allows } = blocks.find(({ path }) => path.includes(`/${place}/`))!;
    const [put, get, ...rest] = allows;
    expect([put!.verbs, get!.verbs, rest]).toEqual([['create'], ['get'], []]);
    const { text } = put!.part;
    const good = { uid: 'ann', size: most, type: types[0], file: 'slip_1.pdf' };
    expect(types.map((type) => admits(text, 'ann', { ...good, type }))).toEqual(types.map(() => true));
    const bad: Partial<Upload>[] = [
      ...[{ uid: 'ben' }, { uid: null }, { size: most + 1 }, { size: 0 }],
      ...['text/html', 'image/svg+xml', 'application/x-msdownload', 'video/mp4', 'image/pngx'].map(
        (type) => ({ type }),
      ),
      ...['../up', 'a/b', '.hidden', '', 'x'.repeat(101), 'a b'].map((file) => ({ file })),
    ];
    const wrong = bad.filter((one) => !(place === 'kyc' && one.type?.startsWith('image/')));
    expect(wrong.filter((one) => admits(text, 'ann', { ...good, ...one }))).toEqual([]);
    if (readers === 'anyone') expect(get!.part.text).toBe('allow get;');
    else expect(get!.part.text).toContain(readers);
  },
);

test('F60 videos: by who makes courses, once, mp4 or webm, up to 2 GB, and for nobody to look at', async () => {
  const blocks = blocksOf(parseRules(await read('storage.rules')));
  const { allows } = blocks.find(({ path }) => path.includes('/videos/'))!;
  const makers = "request.auth != null && request.auth.token.role in ['moderator', 'superadmin']";
  const [put, get, ...rest] = allows.map(({ verbs, part }) => ({
    verbs,
    text: part.text.replace(/\s+/g, ' '),
  }));
  expect([put!.verbs, get!.verbs, rest]).toEqual([['create'], ['get'], []]);
  expect(get!.text).toBe(`allow get: if ${makers};`);
  const matching = (what: string) =>
    new RegExp(`^(?:${new RegExp(`${what}\\.matches\\('([^']+)'\\)`).exec(put!.text)![1]!})$`);
  expect(put!.text).not.toContain('||');
  expect(put!.text.split(' && ')).toEqual([
    'allow create: if request.auth != null',
    "request.auth.token.role in ['moderator', 'superadmin']",
    'request.resource.size > 0',
    'request.resource.size <= 2 * 1024 * 1024 * 1024',
    expect.stringContaining('request.resource.contentType.matches('),
    expect.stringContaining('course.matches('),
    expect.stringContaining('file.matches('),
  ]);
  const type = matching('contentType');
  expect(['video/mp4', 'video/webm'].every((one) => type.test(one))).toBe(true);
  expect(
    ['video/x-msvideo', 'video/mp4;x', 'text/html', 'image/png', ''].filter((one) => type.test(one)),
  ).toEqual([]);
  const file = matching('file');
  expect(['intro.mp4', 'a_1.webm'].every((one) => file.test(one))).toBe(true);
  expect(
    ['intro.html', 'intro.mp4.exe', '../a.mp4', '.mp4', 'a b.mp4', 'amp4'].filter((one) => file.test(one)),
  ).toEqual([]);
  expect(
    ['selling-online', '../secrets', 'short', 'A-COURSE'].filter((one) => matching('course').test(one)),
  ).toEqual(['selling-online']);
});

test('lint: `eslint` looks at the rules and reports what is open or doubled', async () => {
  const changed = (await read('firestore.rules')).replace(
    journal,
    'match /journal/{n} { allow read: if true; allow write: if true; }' + journal,
  );
  const program = join(root, 'node_modules', 'eslint', 'bin', 'eslint.js');
  const { stdout } = spawnSync(
    process.execPath,
    [program, '--format', 'json', '--stdin', '--stdin-filename', 'firestore.rules'],
    { cwd: root, input: changed, encoding: 'utf8' },
  );
  const [found] = JSON.parse(stdout) as { messages: { ruleId: string; severity: number }[] }[];
  const said = found!.messages.map(({ ruleId, severity }) => `${ruleId.split('/').at(-1)!} ${severity}`);
  expect(said.sort()).toEqual(['no-open-reads 2', 'no-open-writes 2', 'no-redundant-matches 2']);
}, 180_000);
