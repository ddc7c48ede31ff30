// A small file of a user: a tool and a structured output. A test counts what it costs the compiler.
import { generateObject, generateText, type LanguageModel, runTools, tool } from '@modeshift/core';
import * as z from 'zod/mini';

declare const model: LanguageModel;
const messages = [{ role: 'user', content: '成都几度？' }] as const;

const place = z.object({ city: z.string(), unit: z.optional(z.enum(['celsius', 'fahrenheit'])) });
const weather = tool({
  name: 'weather',
  input: place,
  jsonSchema: z.toJSONSchema(place, { io: 'input' }),
  execute: ({ city, unit = 'celsius' }) => ({ city, unit, degrees: 21 }),
});
const answer = await generateText({ model, messages, tools: [weather] });
for (const call of answer.toolCalls) if (call.valid) call.input.city satisfies string;
const { outcomes } = await runTools(answer.toolCalls, [weather]);
for (const outcome of outcomes) if (outcome.status === 'done') outcome.output.degrees satisfies number;

const forecast = z.object({
  city: z.string(),
  days: z.array(z.object({ date: z.string(), degrees: z.number() })),
});
const { object } = await generateObject({
  model,
  messages,
  schema: forecast,
  jsonSchema: z.toJSONSchema(forecast, { io: 'input' }),
});
object.days[0]?.degrees satisfies number | undefined;
