// Code that calls a function of the page, as a reader can paste it.
import type { Component, PageFunction } from '../wire/config.ts';

/** A value to show for each input that a caller must give, or that says something. */
function sampleOf(fn: PageFunction): readonly (readonly [component: Component, value: unknown])[] {
  const example = (fn.examples[0] ?? {}) as Readonly<Record<string, unknown>>;
  return fn.inputs.flatMap(component => {
    const { name, optional } = component.modeshift;
    if (name in example) return [[component, example[name]] as const];
    return optional ? [] : [[component, component.example_inputs] as const];
  });
}

const fileKinds: Readonly<Record<string, readonly [name: string, type: string]>> = {
  file: ['file.txt', 'text/plain'],
  files: ['file.txt', 'text/plain'],
  image: ['picture.png', 'image/png'],
  audio: ['voice.wav', 'audio/wav'],
};
const isFile = ({ modeshift: { kind } }: Component): boolean => Object.hasOwn(fileKinds, kind);
const fileName = ({ modeshift: { kind } }: Component): string => fileKinds[kind]![0];

/** For `@gradio/client`. Its `handle_file` would lose a file's name and kind. */
export function javaScriptSnippet(fn: PageFunction, root: string): string {
  const sample = sampleOf(fn);
  const fields = sample.map(([component, value]) => {
    const [name, type] = fileKinds[component.modeshift.kind] ?? [];
    const written = name
      ? `new File([await readFile('${name}')], '${name}', { type: '${type}' })`
      : indented(JSON.stringify(value, null, 2), 2);
    return `  ${component.modeshift.name}: ${written},`;
  });
  const needsFiles = sample.some(([component]) => isFile(component));
  const imports = `${needsFiles ? "import { readFile } from 'node:fs/promises';\n" : ''}import { Client } from '@gradio/client';`;
  const values = fields.length > 0 ? `{\n${fields.join('\n')}\n}` : '{}';
  const path = JSON.stringify(`/${fn.name}`);
  const call = fn.isStream
    ? `for await (const { data } of client.submit(${path}, ${values})) console.log(data);`
    : `const { data } = await client.predict(${path}, ${values});\nconsole.log(data);`;
  return `${imports}\n\nconst client = await Client.connect(${JSON.stringify(root)});\n${call}\n`;
}

/** For `gradio_client`. */
export function pythonSnippet(fn: PageFunction, root: string): string {
  const sample = sampleOf(fn);
  const given = sample.map(([component, value]) => {
    const written = isFile(component) ? `handle_file("${fileName(component)}")` : python(value);
    return `    ${component.modeshift.name}=${written},\n`;
  });
  const imports = sample.some(([component]) => isFile(component)) ? 'Client, handle_file' : 'Client';
  const call = `\n${given.join('')}    api_name=${python(`/${fn.name}`)},\n`;
  const use = fn.isStream
    ? `for value in client.submit(${call}):\n    print(value)\n`
    : `print(client.predict(${call}))\n`;
  return `from gradio_client import ${imports}\n\nclient = Client(${python(root)})\n${use}`;
}

/** For a shell: files are uploaded first. */
export function curlSnippet(fn: PageFunction, root: string): string {
  const sample = sampleOf(fn);
  const uploads: string[] = [];
  const fields = sample.map(([component, value]) => {
    const name = JSON.stringify(component.modeshift.name);
    if (!isFile(component)) return `${name}: ${quoted(JSON.stringify(value))}`;
    const variable = `FILE${uploads.length + 1}`;
    uploads.push(`${variable}=$(curl -s ${root}/gradio_api/upload -F files=@${fileName(component)} | tr -d '[]"')`);
    return `${name}: {"path": "'"$${variable}"'", "meta": {"_type": "gradio.FileData"}}`;
  });
  const url = `${root}/gradio_api/call/v2/${encodeURIComponent(fn.name)}`;
  const lines = [
    ...uploads,
    `ID=$(curl -s ${url} -H 'content-type: application/json' -d '{${fields.join(', ')}}' | cut -d '"' -f 4)`,
    `curl -sN ${url}/$ID`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Inside of single quotes of a shell. */
function quoted(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

function indented(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`);
}

/** JSON as Python writes it. */
function python(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, one]) => `${python(key)}: ${python(one)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}
