// What jobs store comes back as it was, and nobody smuggles in a file.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLocalFile, localFile, type UploadedFile } from './components/page-file.ts';
import { fromStored, givenOut, toStored } from './stored-values.ts';

const throughJson = (value: unknown): unknown => fromStored(JSON.parse(JSON.stringify(toStored(value))));

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double().filter(value => !Object.is(value, -0)),
  fc.boolean(),
  fc.constantFrom(null, undefined, '$modeshift', 'local-file'),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
);
const name = fc
  .oneof(fc.constantFrom('$modeshift', 'value', 'path', 'name'), fc.string())
  .filter(one => one !== '__proto__');
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('value'), { maxLength: 3 }).map(items => new Set(items)),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map(items => new Map(items)),
  ),
}));

it('comes back as it was, whatever it is', () => {
  fc.assert(
    fc.property(value, given => {
      expect(throughJson(given)).toEqual(given);
    }),
    { numRuns: 300 },
  );
});

it('knows files that the app gave out from objects that look like them', async () => {
  const given = throughJson({ report: localFile(import.meta.filename, { name: '报告.ts' }) }) as { report: object };
  expect(isLocalFile(given.report)).toBe(true);
  const likeIt = { $modeshift: 'local-file', value: { path: '/etc/passwd', name: 'x' } };
  expect(throughJson(likeIt)).toEqual(likeIt);
  expect(isLocalFile(throughJson(likeIt) as object)).toBe(false);
  const uploaded: UploadedFile = {
    name: '甲.txt',
    size: 3,
    mediaType: 'text/plain',
    path: import.meta.filename,
    bytes: async () => new Uint8Array(),
    text: async () => '',
  };
  const again = throughJson(uploaded) as UploadedFile;
  expect(await again.text()).toContain('nobody smuggles in a file');
  expect([again.name, again.size, again.mediaType]).toEqual(['甲.txt', 3, 'text/plain']);
  expect(isLocalFile(givenOut(again) as object)).toBe(true);
  expect(givenOut('甲')).toBe('甲');
});
