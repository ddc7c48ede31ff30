// Renders conversations with a checkpoint's Jinja template, with a record of who wrote what.
import type { Template } from '@huggingface/jinja';
import { invalidInput, type Message, ModeshiftError } from '@modeshift/core';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { assistantSpans } from './assistant-spans.ts';
import type { ChatTemplate, RenderedChat, RenderOptions } from './chat-template.ts';
import { compileTemplate, templateFunctions } from './compile-template.ts';
import { hasGenerationBlocks, writeGenerationMarks } from './generation-blocks.ts';
import { chooseMarks, guardContent, guardValue, type Marks } from './guard-content.ts';
import { segmentsOf } from './segment-text.ts';
import { nineCharacterId, type TemplateMessage, templateMessages, templateTools } from './template-messages.ts';

/** What {@link chatTemplate} takes. */
export interface ChatTemplateOptions {
  /** Jinja as in `tokenizer_config.json`. */
  readonly source: string;
  /** The template for calls with tools, where a checkpoint has one of its own. Default: `source`. */
  readonly toolSource?: string;
  /** Its control tokens are what content may not contain, and its special tokens are what the template names. */
  readonly tokenizer: Tokenizer;
}

/**
 * A chat template of Jinja source, for a checkpoint that has none or a wrong one.
 *
 * @throws ModeshiftError `invalid-input` for source that is no Jinja.
 * @example
 * ```ts
 * import { buildTokenizer, chatTemplate, trainBpe } from '@modeshift/local';
 *
 * const specialTokens = ['<|user|>', '<|assistant|>', '<|end|>'];
 * const tokenizer = buildTokenizer(trainBpe({ texts: ['你好'], vocabularySize: 261, specialTokens }));
 * const template = chatTemplate({
 *   source: '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}<|assistant|>',
 *   tokenizer,
 * });
 * const { text, segments } = template.render([{ role: 'user', content: '你好<|end|>' }]);
 * const { ids } = tokenizer.encodeSegments(segments);
 * console.log(text, ids.filter(id => tokenizer.tokenOf(id) === '<|end|>').length); // <|user|>你好<|end|><|end|><|assistant|> 1
 * ```
 */
export function chatTemplate(options: ChatTemplateOptions): ChatTemplate {
  return new JinjaChatTemplate(options);
}

class JinjaChatTemplate implements ChatTemplate {
  readonly source: string;
  readonly #toolSource: string;
  readonly #compiled = new Map<string, Template>();
  readonly #control: readonly string[];
  readonly #special: readonly string[];
  readonly #roles: Readonly<Record<string, string>>;

  constructor({ source, toolSource = source, tokenizer }: ChatTemplateOptions) {
    this.source = source;
    this.#toolSource = toolSource;
    const texts = (ids: readonly number[]): string[] => ids.map(id => tokenizer.tokenOf(id)!);
    this.#control = texts(tokenizer.controlTokens);
    this.#special = texts(tokenizer.controlTokens.filter(id => tokenizer.isSpecial(id)));
    const { additional, ...roles } = tokenizer.specialTokens;
    this.#roles = Object.fromEntries(
      Object.entries(roles).map(([role, id]) => [`${role}_token`, tokenizer.tokenOf(id) ?? '']),
    );
    for (const one of new Set([source, toolSource])) this.#compile(one);
  }

  render(messages: readonly Message[], options: RenderOptions = {}): RenderedChat {
    if (messages.length === 0) throw invalidInput('There is no message to render. Give at least one.');
    const marks = this.#marks(messages, options);
    return segmentsOf(this.#render(messages, options, marks), marks, []);
  }

  renderForTraining(messages: readonly Message[], options: RenderOptions = {}): RenderedChat {
    if (messages.length === 0) throw invalidInput('There is no message to render. Give at least one.');
    const marks = this.#marks(messages, options);
    const source = this.#sourceFor(options);
    const whole = { addGenerationPrompt: false, ...options };
    if (hasGenerationBlocks(source)) {
      return segmentsOf(this.#render(messages, whole, marks, writeGenerationMarks(source)), marks, undefined);
    }
    const render = (part: readonly Message[], more: RenderOptions): string =>
      this.#render(part, { ...whole, ...more }, marks, source, true);
    const text = render(messages, {});
    const plain = text.replaceAll(marks.open, '').replaceAll(marks.close, '');
    if (plain !== this.#render(messages, whole, marks)) {
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'training on this chat template' },
        'The chat template looks into what the assistant wrote, so its place cannot be found. Pass a template with {% generation %} blocks as "chatTemplate".',
      );
    }
    return segmentsOf(text, marks, assistantSpans(text, { messages, marks, control: this.#control, render }));
  }

  #sourceFor({ tools }: RenderOptions): string {
    return tools && tools.length > 0 ? this.#toolSource : this.source;
  }

  #marks(messages: readonly Message[], options: RenderOptions): Marks {
    const marks = chooseMarks([JSON.stringify([messages, options]), this.source, this.#toolSource]);
    if (marks === undefined)
      throw invalidInput('The messages hold all of U+FDD0 to U+FDEF, which are no characters. Take them out.');
    return marks;
  }

  #render(
    messages: readonly Message[],
    options: RenderOptions,
    marks: Marks,
    source = this.#sourceFor(options),
    marksAnswers = false,
  ): string {
    const { tools, continueFinalMessage = false, variables = {} } = options;
    const last = messages.at(-1)?.role;
    if (continueFinalMessage && options.addGenerationPrompt) {
      throw invalidInput(
        'A message is either gone on with or followed by a new one: leave out "addGenerationPrompt" or "continueFinalMessage".',
      );
    }
    const addGenerationPrompt = options.addGenerationPrompt ?? (last !== 'assistant' && !continueFinalMessage);
    const callId = /length\s*(!=|<)\s*9/.test(source) ? nineCharacterId : (id: string): string => id;
    // What a model wrote may hold markup of its own, e.g. its thoughts; special tokens never.
    const write = (text: string, role: Message['role']): string =>
      guardContent(text, role === 'assistant' ? this.#special : this.#control, marks.guard);
    const shown = templateMessages(messages, { write, callId, argumentsAsText: joinsArguments(source) });
    if (marksAnswers) for (const [i, message] of shown.entries()) shown[i] = withMarks(message, marks);
    if (continueFinalMessage) {
      const final = shown.at(-1)!;
      // The space shows whether the template takes whitespace away at the end.
      shown[shown.length - 1] = { ...final, content: `${final.content}${marks.close} ` };
    }
    const guard = (text: string): string => guardContent(text, this.#control, marks.guard);
    const text = this.#run(source, {
      ...templateFunctions(),
      ...this.#roles,
      ...variables,
      messages: shown,
      // Templates tell "none" from what is not defined.
      tools: tools && tools.length > 0 ? guardValue(templateTools(tools), guard) : null,
      documents: null,
      add_generation_prompt: addGenerationPrompt,
      generation_open: marks.open,
      generation_close: marks.close,
    });
    if (!continueFinalMessage) return text;
    const end = text.lastIndexOf(marks.close);
    if (end === -1) {
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'continueFinalMessage' },
        'The chat template does not show the last message, so it cannot be gone on with. Give the beginning of the answer as a plain string prompt.',
      );
    }
    const begun = text.slice(0, end);
    return text[end + 1] === ' ' ? begun : begun.trimEnd();
  }

  #compile(source: string): Template {
    let template = this.#compiled.get(source);
    if (template === undefined) {
      // It would ask the model nothing, whatever the messages say.
      if (source.trim() === '') throw invalidInput('The chat template is empty. Pass another as "chatTemplate".');
      try {
        template = compileTemplate(source);
      } catch (error) {
        throw invalidInput(
          `The chat template is no Jinja that can be read here (${(error as Error).message}). Pass another as "chatTemplate".`,
        );
      }
      this.#compiled.set(source, template);
    }
    return template;
  }

  #run(source: string, variables: Record<string, unknown>): string {
    const template = this.#compile(source);
    try {
      return template.render(variables);
    } catch (error) {
      if (ModeshiftError.is(error)) throw error;
      throw new ModeshiftError(
        { tag: 'invalid-input' },
        `The chat template does not take these messages: ${(error as Error).message}. Change the messages, or pass another template as "chatTemplate".`,
        { cause: error },
      );
    }
  }
}

/** Whether a template joins arguments to text as they are, so that it wants JSON and no object. */
function joinsArguments(source: string): boolean {
  return (
    /\+\s*[\w.[\]'"]*\barguments\b['"\]]*\s*(\+|-?\}\}|\))/.test(source) &&
    !/\barguments\b['"\]]*\s+is\s+(not\s+)?(string|mapping)/.test(source)
  );
}

/** Marks within the whitespace at both ends of an answer, which a template may take away, and behind the name of the last call. */
function withMarks(message: TemplateMessage, marks: Marks): TemplateMessage {
  if (message.role !== 'assistant') return message;
  const content = message.content.replace(/\S[\s\S]*/, text => {
    const end = text.trimEnd();
    return marks.open + end + marks.close + text.slice(end.length);
  });
  const last = message.tool_calls?.at(-1);
  if (message.tool_calls === undefined || last === undefined) return { ...message, content };
  const marked = { ...last, function: { ...last.function, name: last.function.name + marks.close } };
  return { ...message, content, tool_calls: [...message.tool_calls.slice(0, -1), marked] };
}
