// The app: a conversation with any model, and fields out of a text.
import { type App, app, code, dropdown, json, table, tabs, text } from '@modeshift/ui';
import { availableModels, type OfferedModel } from './available-models.ts';
import { extract, readSchema, schemas } from './extract.ts';
import { ModelShelf } from './model-shelf.ts';
import { translations, word } from './words.ts';

/** Options of {@link chatApp}. */
export interface ChatAppOptions {
  /** Models to choose from; the first is chosen at first. Left out: all that `availableModels` finds. */
  readonly models?: readonly OfferedModel[];
  /** The language of the page. Left out: `auto`, as the visitor's browser says. */
  readonly lang?: 'auto' | 'en' | 'zh';
}

/** What {@link chatApp} makes. */
export type ChatApp = App<undefined, 'chat' | 'extract'>;

/** Files that a message may bring. Which of them a model takes, it says itself. */
const attachments = ['image/*', 'application/pdf', 'audio/*', 'text/*', '.md', '.csv', '.json', '.jsonl'];
const mostTokens = 1024;

/**
 * Makes the chat app: a conversation with any model that can be reached, with system message, knowledge, parameters and files,
 * which the page also holds with two models side by side; and fields of a schema out of a text. Models are loaded when they are first asked.
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
  const shelf = new ModelShelf(models ?? (await availableModels()));
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
      'extract',
      {
        label: word('Extract'),
        description: word('A text in, a filled form out: the answer is forced into the schema.'),
        input: {
          text: text({ minLength: 1, lines: 4, label: word('Text') }),
          schema: dropdown(['contact', 'order', 'appointment', 'my own'], { value: 'contact', label: word('Schema') }),
          model,
          own_schema: code({
            language: 'json',
            optional: true,
            label: word('My own JSON Schema'),
            info: word('Used with the schema "my own".'),
          }),
        },
        output: {
          form: table({ label: word('Form') }),
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
    .layout(tabs({ [word('Chat')]: 'chat', [word('Extract')]: 'extract' }));
}

function systemMessage(written: string | undefined, knowledge: string | undefined): string | undefined {
  const facts =
    knowledge?.trim() && `Answer from this knowledge. Where it says nothing of a question, say so.\n\n${knowledge}`;
  return [written?.trim(), facts].filter(Boolean).join('\n\n') || undefined;
}
