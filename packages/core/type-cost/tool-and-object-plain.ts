// The same as tool-and-object.ts with schemas that cost the compiler nothing, so that all of the cost is ours.
import { generateObject, generateText, jsonSchema, type LanguageModel, runTools, tool } from '@modeshift/core';

declare const model: LanguageModel;
const messages = [{ role: 'user', content: '成都几度？' }] as const;

const weather = tool({
  name: 'weather',
  input: jsonSchema<{ city: string; unit?: 'celsius' | 'fahrenheit' }>({ type: 'object' }),
  execute: ({ city, unit = 'celsius' }) => ({ city, unit, degrees: 21 }),
});
const answer = await generateText({ model, messages, tools: [weather] });
for (const call of answer.toolCalls) if (call.valid) call.input.city satisfies string;
const { outcomes } = await runTools(answer.toolCalls, [weather]);
for (const outcome of outcomes) if (outcome.status === 'done') outcome.output.degrees satisfies number;

const { object } = await generateObject({
  model,
  messages,
  schema: jsonSchema<{ city: string; days: { date: string; degrees: number }[] }>({ type: 'object' }),
});
object.days[0]?.degrees satisfies number | undefined;
