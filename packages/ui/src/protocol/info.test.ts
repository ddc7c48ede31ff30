// What we say of components beside what Gradio says of its own (fixture: oracles/ui/gradio_info.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as ui from '../index.ts';
import { configOf, numbered } from './config.ts';
import { infoOf } from './info.ts';

interface Said {
  readonly type?: unknown;
  readonly python_type: { readonly type: string };
  readonly component: string;
}
const gradio = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'gradio-info.json'), 'utf8'),
) as {
  readonly dependency: readonly string[];
  readonly config: readonly string[];
  readonly components: Record<
    string,
    { parameter: Said & { parameter_has_default: boolean; parameter_default: unknown }; returns: Said }
  >;
};

const inputs = {
  text: ui.text(),
  number: ui.number(),
  slider: ui.slider({ min: 0, max: 10, value: 5 }),
  checkbox: ui.checkbox(),
  radio: ui.radio(['甲', '乙']),
  dropdown: ui.dropdown(['成都', '上海'], { value: '成都' }),
  multiselect: ui.multiselect(['一', '二']),
  file: ui.file(),
  image: ui.image(),
  audio: ui.audio(),
  json: ui.json(),
  table: ui.table(),
  code: ui.code(),
  chat: ui.chat(),
};
const shown = { label: ui.label(), markdown: ui.markdown(), plot: ui.plot(), gallery: ui.gallery() };
const { endpoints } = ui
  .app({ title: '全部' })
  .fn('all', { input: inputs, output: { ...inputs, ...shown } }, async () => ({}) as never).definition;
const said = infoOf(numbered(endpoints)).named_endpoints['/all']!;
const returns = new Map(said.returns.map(one => [one.label, one]));

/** Ours is narrower or another, on purpose: text only in conversations, curves as data, pictures only. */
const other = ['chat', 'plot', 'gallery'];

it.each(Object.keys(gradio.components))('%s is called as Gradio calls it', name => {
  const theirs = gradio.components[name]!;
  const ours = returns.get(name)!;
  expect(ours.component).toBe(theirs.returns.component);
  if (!other.includes(name)) expect(ours.python_type.type).toBe(theirs.returns.python_type.type);
  // Ours may say more, e.g. the ends of a slider.
  if (theirs.returns.type !== undefined) expect(ours.type).toMatchObject(theirs.returns.type as object);
  const parameter = said.parameters.find(one => one.parameter_name === name);
  if (!parameter) return;
  expect(parameter.component).toBe(theirs.parameter.component);
  // Gradio takes a table of nothing where none is sent; we ask for one.
  if (name === 'table') return expect(parameter.parameter_has_default).toBe(false);
  expect([parameter.parameter_has_default, parameter.parameter_default]).toEqual([
    theirs.parameter.parameter_has_default,
    theirs.parameter.parameter_default,
  ]);
});

it('has every field of Gradio’s config and dependencies', () => {
  const facts = { root: 'http://x', appId: '1', maxFileBytes: 1, username: null, takesFeedback: false, home: null };
  const { definition } = ui.app({ title: '全部' }).fn('f', {}, async () => {});
  const config = configOf(definition, numbered(definition.endpoints), facts);
  expect(Object.keys(config)).toEqual(
    expect.arrayContaining(gradio.config.filter(one => !['body_css', 'theme_hash'].includes(one))),
  );
  expect(Object.keys(config.dependencies[0]!)).toEqual(expect.arrayContaining([...gradio.dependency]));
});
