// `gradio(app)`: a Gradio app or Space as a language model.
import { invalidInput, type LanguageCall, type LanguageModel, type Price } from '@modeshift/core';
import type { AppParameter } from './app-client.ts';
import type { HistoryPlace } from './app-inputs.ts';
import { GradioModel } from './gradio-model.ts';

/** What an app tells before and while it answers. */
export type GradioStatus =
  /** Jobs before this one (0 is next), jobs in all, and the app's estimate in seconds. */
  | { readonly stage: 'queued'; readonly position: number; readonly size?: number; readonly etaSeconds?: number }
  | { readonly stage: 'started' }
  /** From 0 to 1 where it is known. */
  | { readonly stage: 'progress'; readonly fraction?: number; readonly description?: string }
  | { readonly stage: 'log'; readonly level: string; readonly message: string };

/** Options of {@link gradio}. */
export interface GradioOptions {
  /** The endpoint, e.g. `/chat`. Left out: `/chat`, or the only one. */
  readonly endpoint?: string;
  /** Values of parameters that no call sets, by their names. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Makes all inputs by name, where the names of the parameters do not tell what they mean. */
  readonly input?: (call: LanguageCall, parameters: readonly AppParameter[]) => Readonly<Record<string, unknown>>;
  /** Reads the text so far from the outputs. Left out: the first output that holds text; of a chat, its last answer. */
  readonly output?: (data: readonly unknown[]) => string | undefined;
  /**
   * Where the conversation before the last message goes: `parameter` gives it to the parameter `history` (or the like) of the
   * app; `session` goes on with the app's own session in which it was held; `text` writes all of it into the message. Left
   * out: `parameter` where there is one, otherwise `session`.
   */
  readonly history?: HistoryPlace;
  /** Told of the place in the queue, of progress and of the app's log. What it throws is ignored. */
  readonly onStatus?: (status: GradioStatus) => void;
  /** A Hugging Face token, for private Spaces. Left out: none; the environment is not read. */
  readonly token?: string;
  /** User and password of an app with a login. */
  readonly auth?: readonly [user: string, password: string];
  readonly headers?: Readonly<Record<string, string>>;
  /** Conversations whose session is remembered. Left out: 100. */
  readonly maxSessions?: number;
  /** Left out: unknown. */
  readonly price?: Price;
}

/**
 * A Gradio app or Hugging Face Space as a language model, through `@gradio/client`: text in, text out. The text that the app
 * shows as it grows comes as deltas; a cancelled call cancels the job; the place in the queue goes to `onStatus`.
 *
 * `maxTokens`, `temperature`, `topP`, `topK`, `seed`, penalties and a system message reach parameters of the usual names, and
 * are `unsupported` where the app has none. Usage is unknown: no app tells it.
 *
 * Protocol: https://www.gradio.app/guides/querying-gradio-apps-with-curl
 *
 * @throws ModeshiftError `invalid-input` for an address or option that makes no sense. Calls throw `unsupported`,
 * `invalid-input` for inputs that the app needs, `authentication`, `not-found`, `rate-limit` for a full queue, `quota`,
 * `refused`, `server`, `network`, `interrupted`, `aborted` and `invalid-response`.
 * @example
 * ```ts
 * import { gradio } from '@modeshift/gradio';
 *
 * const model = gradio('http://127.0.0.1:7860', { onStatus: status => console.log(status.stage) });
 * console.log(model.provider, model.modelId); // gradio http://127.0.0.1:7860
 * // const { text } = await generateText({ model, messages: [{ role: 'user', content: '你好' }] });
 * ```
 */
export function gradio(
  app: string,
  options: GradioOptions = {},
): LanguageModel & Required<Pick<LanguageModel, 'generate'>> {
  const url = URL.parse(app);
  if (url?.username || url?.password)
    throw invalidInput('The address holds a user name or a password. Pass them as auth.');
  if (!(url && /^https?:$/.test(url.protocol)) && !/^[\w.-]+\/[\w.-]+$/.test(app))
    throw invalidInput(
      `"${app}" is no Gradio app. Give a URL such as http://127.0.0.1:7860, or a Space as owner/name.`,
    );
  const { endpoint } = options;
  if (endpoint !== undefined && !endpoint.startsWith('/'))
    throw invalidInput(`An endpoint begins with "/": "/${endpoint}".`);
  return new GradioModel(app.replace(/\/+$/, ''), options);
}
