// The app: a conversation with any model, a form that a model fills, and fields of any schema out of a text.
import { availableModels, ModelShelf, type OfferedModel } from '@modeshift/compare';
import { invalidInput } from '@modeshift/core';
import { type App, app, code, dropdown, json, number, row, table, tabs, text } from '@modeshift/ui';
import { extract, type OrderFields, readSchema, schemas } from './extract.ts';
import { textFilesInPrompt } from './text-files-in-prompt.ts';
import { translations, word } from './words.ts';

/** Options of {@link chatApp}. */
export interface ChatAppOptions {
  /** Models to choose from; the first is chosen at first. Left out: all that `availableModels` finds. */
  readonly models?: readonly OfferedModel[];
  /** The language of the page. Left out: `auto`, as the visitor's browser says. */
  readonly lang?: 'auto' | 'en' | 'zh';
}

/** What {@link chatApp} makes. */
export type ChatApp = App<undefined, 'chat' | 'read_order' | 'order' | 'extract'>;

/** Files that a message may bring. Which of them a model takes, it says itself. */
const attachments = ['image/*', 'application/pdf', 'audio/*', 'text/*', '.md', '.csv', '.json', '.jsonl'];
const mostTokens = 1024;

/**
 * Makes the chat app: a conversation with any model that can be reached, with system message, knowledge, parameters and files,
 * which the page also holds with two models side by side; a form that is filled from a text, and fields of any schema out of a text. Models are loaded when they are first asked.
 *
 * @throws ModeshiftError `invalid-input` for an empty list of models, or two of the same name.
 * @example
 * ```ts
 * import { chatApp } from '@modeshift/app-chat';
 * import { scriptedModel } from '@modeshift/testing';
 * import { testApp } from '@modeshift/ui/testing';
 *
 * const models = [{ name: 'script', make: () => scriptedModel({ reply: () => '你好！' }) }];
 * await using tested = await testApp(await chatApp({ models }));
 * console.log((await tested.call('chat', { message: '在吗' }))[0]); // 你好！
 * ```
 */
export async function chatApp({ models, lang = 'auto' }: ChatAppOptions = {}): Promise<ChatApp> {
  const offered = models ?? (await availableModels());
  if (offered.length === 0) throw invalidInput('There is no model to choose from.');
  const shelf = new ModelShelf(
    offered.map(({ name, make }) => ({ name, make: async () => textFilesInPrompt(await make()) })),
  );
  const model = dropdown(shelf.names, { label: word('Model'), value: shelf.names[0]! });
  const knowledge = text({
    optional: true,
    lines: 4,
    label: word('Knowledge'),
    info: word('Facts that the model is to answer from. They stand in the prompt.'),
  });
  return app({
    title: word('Chat'),
    description: word('Talk to any model: hosted, on a server of yours, or in this process.'),
    lang,
    translations,
    onClose: () => shelf.close(),
  })
    .chat('chat', {
      label: word('Chat'),
      inputs: { model, knowledge },
      model: ({ model }) => shelf.get(model),
      system: ({ knowledge }, written) => systemMessage(written, knowledge),
      settings: true,
      maxTokens: mostTokens,
      attachments,
      details: true,
      concurrency: 8,
      examples: [
        'Text: The parcel from Rowan lies in the depot at Ashford.\nQuestion: Where is the parcel?',
        '文字：小林住在成都，养了一只猫。\n问题：小林住在哪里？',
      ],
    })
    .fn(
      'read_order',
      {
        label: word('Fill a form'),
        description: word(
          'A model reads the order and fills the form beside it, as it writes. Correct it, then send it.',
        ),
        input: { text: text({ minLength: 1, lines: 4, label: word('Text') }), model },
        output: {
          item: text({ label: word('Item') }),
          quantity: number({ label: word('Quantity') }),
          price: number({ label: word('Price of one') }),
          color: text({ label: word('Colour') }),
        },
        fills: 'order',
        examples: [
          { text: '我想订三把蓝色的雨伞，每把45元。' },
          { text: 'Please send me two red lamps at 30 dollars each.' },
        ],
        concurrency: 4,
      },
      async function* ({ text: given, model }, ctx) {
        for await (const { object } of extract(await shelf.get(model), given, schemas.order, mostTokens, ctx.signal)) {
          const { item = null, quantity = null, price = null, color = null } = object as OrderFields;
          yield { item: item ?? '', quantity, price, color: color ?? '' };
        }
      },
    )
    .fn(
      'order',
      {
        label: word('Order'),
        input: {
          item: text({ minLength: 1, label: word('Item') }),
          quantity: number({ min: 1, integer: true, value: 1, label: word('Quantity') }),
          price: number({ min: 0, label: word('Price of one') }),
          color: text({ optional: true, label: word('Colour') }),
        },
        output: text({ label: word('Total') }),
      },
      async ({ item, quantity, price, color }) =>
        `${quantity} × ${[item, color].filter(Boolean).join(', ')} = ${Number((quantity * price).toFixed(2))}`,
    )
    .fn(
      'extract',
      {
        label: word('Extract'),
        description: word('A text in, the fields of a schema out: the answer is forced into it.'),
        input: {
          text: text({ minLength: 1, lines: 4, label: word('Text') }),
          schema: dropdown(['contact', 'order', 'appointment', 'my own'], { value: 'contact', label: word('Schema') }),
          model,
          own_schema: code({
            language: 'json',
            optional: true,
            advanced: true,
            label: word('My own JSON Schema'),
            info: word('Used with the schema "my own".'),
          }),
        },
        output: {
          form: table({ label: word('Fields') }),
          object: json({ label: word('JSON') }),
          details: json({ label: word('Details') }),
        },
        examples: [
          { text: 'Rowan Pike lives in Ashford. Call 555 0142 or write to rowan@example.org.', schema: 'contact' },
          { text: '我想订三把蓝色的雨伞，每把45元。', schema: 'order' },
        ],
        concurrency: 4,
      },
      async function* ({ text: given, schema, model, own_schema }, ctx) {
        const shape = schema === 'my own' ? readSchema(own_schema) : schemas[schema];
        yield* extract(await shelf.get(model), given, shape, mostTokens, ctx.signal);
      },
    )
    .layout(
      tabs({
        [word('Chat')]: 'chat',
        [word('Fill a form')]: row('read_order', 'order'),
        [word('Extract')]: 'extract',
      }),
    );
}

function systemMessage(written: string | undefined, knowledge: string | undefined): string | undefined {
  const facts =
    knowledge?.trim() && `Answer from this knowledge. Where it says nothing of a question, say so.\n\n${knowledge}`;
  return [written?.trim(), facts].filter(Boolean).join('\n\n') || undefined;
}
