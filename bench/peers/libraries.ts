// What is compared: the versions, and the same three small programs written for each library as its documentation does.

/** A library and the programs that use it. */
export interface Library {
  readonly name: string;
  /** What is installed, with exact versions. Empty for what ships with Node. Ours come as packed tarballs. */
  readonly packages: readonly string[];
  /** What a program imports, for the cost of importing. */
  readonly imports: readonly string[];
  /** A program that asks once and prints the text; what is bundled. */
  readonly call: string;
  /** A module that exports `stream(baseURL)`: reads a streamed answer to its end and gives the number of characters. */
  readonly stream: string;
  /** A TypeScript file with a tool and a structured output; left out where the library has neither. */
  readonly types?: string;
}

export const zod = 'zod@4.6.7';
const schemas = `import * as z from 'zod';
const weather = z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) });
const forecast = z.object({ city: z.string(), days: z.array(z.object({ date: z.string(), degrees: z.number() })) });
`;

/** The schemas alone: what zod costs the compiler by itself. */
export const schemasOnly = `${schemas}export const both = [weather, forecast] as const;
export type Both = [z.infer<typeof weather>, z.infer<typeof forecast>];`;

const raw = `export async function stream(baseURL) {
  const parts = [];
  const body = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: '?' }] });
  const response = await fetch(baseURL + '/chat/completions', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\\n');
    rest = lines.pop();
    for (const line of lines) {
      if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
      parts.push(JSON.parse(line.slice(6)).choices[0]?.delta.content ?? '');
    }
  }
  return parts.join('').length;
}`;

/** The least that anybody could do; the ratios of streaming are to it. */
export const baseline: Library = {
  name: 'raw fetch + SSE parse',
  packages: [],
  imports: [],
  call: '',
  stream: raw,
};

const joined = (model: string, text: string): string => `export async function stream(baseURL) {
  ${model}
  let length = 0;
  ${text}
  return length;
}`;

const coreTypes = `${schemas}import { generateObject, generateText, type LanguageModel, tool } from '@modeshift/core';
declare const model: LanguageModel;
const messages = [{ role: 'user', content: '?' }] as const;
const ask = tool({ name: 'weather', input: weather, execute: ({ city }) => ({ city, degrees: 21 }) });
const answer = await generateText({ model, messages, tools: [ask] });
for (const call of answer.toolCalls) if (call.valid) call.input.city satisfies string;
const { object } = await generateObject({ model, messages, schema: forecast });
object.days[0]?.degrees satisfies number | undefined;
`;

/** A model written by hand over fetch, as an author of a provider would: what core alone costs. */
const handModel = `const modelAt = baseURL => ({
  provider: 'hand', modelId: 'm',
  async *stream() {
    const body = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: '?' }] });
    const response = await fetch(baseURL + '/chat/completions', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of response.body) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\\n');
      rest = lines.pop();
      for (const line of lines) {
        if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
        yield { type: 'text-delta', text: JSON.parse(line.slice(6)).choices[0]?.delta.content ?? '' };
      }
    }
    yield { type: 'finish', reason: 'stop' };
  },
});
`;

export const libraries: readonly Library[] = [
  {
    name: '@modeshift/core, model over fetch',
    packages: ['@modeshift/core', zod],
    imports: ['@modeshift/core'],
    call: `import { generateText } from '@modeshift/core';
      ${handModel}
      console.log((await generateText({ model: modelAt('http://127.0.0.1/v1'), messages: [{ role: 'user', content: '?' }] })).text);`,
    stream: `import { streamText } from '@modeshift/core';
      ${handModel}
      ${joined('const model = modelAt(baseURL);', `for await (const text of streamText({ model, messages: [{ role: 'user', content: '?' }] }).textStream) length += text.length;`)}`,
    types: coreTypes,
  },
  {
    name: '@modeshift/openai',
    packages: ['@modeshift/core', '@modeshift/openai', zod],
    imports: ['@modeshift/core', '@modeshift/openai'],
    call: `import { generateText } from '@modeshift/core'; import { openai } from '@modeshift/openai';
      console.log((await generateText({ model: openai('m'), messages: [{ role: 'user', content: '?' }] })).text);`,
    stream: `import { streamText } from '@modeshift/core'; import { openai } from '@modeshift/openai';
      ${joined(`const model = openai('m', { baseURL, apiKey: 'key' });`, `for await (const text of streamText({ model, messages: [{ role: 'user', content: '?' }] }).textStream) length += text.length;`)}`,
    types: `${coreTypes.replace('type LanguageModel, ', '').replace('declare const model: LanguageModel;', "const model = openai('m');")}import { openai } from '@modeshift/openai';`,
  },
  {
    name: 'openai (SDK)',
    packages: ['openai@7.57.0', zod],
    imports: ['openai'],
    call: `import OpenAI from 'openai'; const client = new OpenAI({ apiKey: 'key' });
      const answer = await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: '?' }] });
      console.log(answer.choices[0].message.content);`,
    stream: `import OpenAI from 'openai';
      ${joined(`const client = new OpenAI({ baseURL, apiKey: 'key' });`, `for await (const chunk of await client.chat.completions.create({ model: 'm', stream: true, messages: [{ role: 'user', content: '?' }] })) length += (chunk.choices[0]?.delta.content ?? '').length;`)}`,
    types: `${schemas}import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
const client = new OpenAI({ apiKey: 'key' });
const answer = await client.chat.completions.parse({
  model: 'm',
  messages: [{ role: 'user', content: '?' }],
  tools: [zodFunction({ name: 'weather', parameters: weather, function: ({ city }) => ({ city, degrees: 21 }) })],
  response_format: zodResponseFormat(forecast, 'forecast'),
});
answer.choices[0]?.message.parsed?.days[0]?.degrees satisfies number | undefined;`,
  },
  {
    name: 'ai + @ai-sdk/openai',
    packages: ['ai@7.0.173', '@ai-sdk/openai@4.0.118', zod],
    imports: ['ai', '@ai-sdk/openai'],
    call: `import { generateText } from 'ai'; import { createOpenAI } from '@ai-sdk/openai';
      console.log((await generateText({ model: createOpenAI({ apiKey: 'key' }).chat('m'), prompt: '?' })).text);`,
    stream: `import { streamText } from 'ai'; import { createOpenAI } from '@ai-sdk/openai';
      ${joined(`const model = createOpenAI({ baseURL, apiKey: 'key' }).chat('m');`, `for await (const text of streamText({ model, prompt: '?' }).textStream) length += text.length;`)}`,
    types: `${schemas}import { createOpenAI } from '@ai-sdk/openai';
import { generateText, Output, tool } from 'ai';
const model = createOpenAI({ apiKey: 'key' }).chat('m');
const ask = tool({ inputSchema: weather, execute: async ({ city }) => ({ city, degrees: 21 }) });
const answer = await generateText({ model, prompt: '?', tools: { weather: ask } });
for (const call of answer.toolCalls) if (!call.dynamic) call.input.city satisfies string;
const { output } = await generateText({ model, prompt: '?', output: Output.object({ schema: forecast }) });
output.days[0]?.degrees satisfies number | undefined;`,
  },
  {
    name: '@langchain/core + @langchain/openai',
    packages: ['@langchain/core@1.4.0', '@langchain/openai@1.6.0', zod],
    imports: ['@langchain/core/messages', '@langchain/openai'],
    call: `import { ChatOpenAI } from '@langchain/openai';
      console.log((await new ChatOpenAI({ model: 'm', apiKey: 'key' }).invoke([{ role: 'user', content: '?' }])).text);`,
    stream: `import { ChatOpenAI } from '@langchain/openai';
      ${joined(`const model = new ChatOpenAI({ model: 'm', apiKey: 'key', configuration: { baseURL } });`, `for await (const chunk of await model.stream([{ role: 'user', content: '?' }])) length += chunk.text.length;`)}`,
    types: `${schemas}import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
const model = new ChatOpenAI({ model: 'm', apiKey: 'key' });
const ask = tool(({ city }) => ({ city, degrees: 21 }), { name: 'weather', schema: weather });
const answer = await model.bindTools([ask]).invoke([{ role: 'user', content: '?' }]);
for (const call of answer.tool_calls ?? []) call.args satisfies object;
const object = await model.withStructuredOutput(forecast).invoke([{ role: 'user', content: '?' }]);
object.days[0]?.degrees satisfies number | undefined;`,
  },
];
