// From a call to the inputs of an app's endpoint, by the names of its parameters.
import { invalidInput, type LanguageCall, type Message, ModeshiftError } from '@modeshift/core';
import type { AppParameter } from './app-client.ts';

/** Where the conversation before the last message goes. */
export type HistoryPlace = 'parameter' | 'session' | 'text';

const names = {
  message: /^(message|prompt|text|query|question|input|user_message|instruction|msg)$/i,
  history: /^(history|chat_history|chatbot|messages|conversation)$/i,
  system: /^(system|system_message|system_prompt|instructions)$/i,
  maxTokens: /^(max_tokens|max_new_tokens|max_length|max_output_tokens|max_completion_tokens)$/i,
  temperature: /^temperature$/i,
  topP: /^top_?p$/i,
  topK: /^top_?k$/i,
  seed: /^seed$/i,
  frequencyPenalty: /^frequency_penalty$/i,
  presencePenalty: /^presence_penalty$/i,
} as const;

const settings = ['maxTokens', 'temperature', 'topP', 'topK', 'seed', 'frequencyPenalty', 'presencePenalty'] as const;

/** What no Gradio app takes. `temperature` and the like depend on the app. */
export function refuseImpossible(call: LanguageCall): void {
  if (call.messages.length === 0) throw invalidInput('A call needs at least one message.');
  if (call.messages.at(-1)!.role !== 'user') throw invalidInput('The last message must be a user message.');
  for (const name of ['tools', 'toolChoice', 'output', 'logprobs', 'stop', 'reasoning'] as const) {
    const value = call[name];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) throw unsupported(name);
  }
  for (const message of call.messages) textOf(message);
}

/** How the conversation is given to an endpoint where the caller has not said. */
export function historyPlaceOf(parameters: readonly AppParameter[]): HistoryPlace {
  return parameters.some(one => names.history.test(one.parameter_name)) ? 'parameter' : 'session';
}

/**
 * The inputs by name.
 *
 * @throws ModeshiftError `unsupported` for a setting or a system message that the app has no parameter for.
 */
export function toInputs(
  call: LanguageCall,
  parameters: readonly AppParameter[],
  place: HistoryPlace,
  fixed: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const find = (name: keyof typeof names): string | undefined =>
    parameters.find(one => names[name].test(one.parameter_name) && !(one.parameter_name in fixed))?.parameter_name;
  const inputs: Record<string, unknown> = { ...fixed };
  const message =
    find('message') ?? parameters.find(one => isText(one) && !(one.parameter_name in fixed))?.parameter_name;
  if (message === undefined) {
    const known = parameters.map(one => one.parameter_name).join(', ') || 'none';
    throw invalidInput(
      `The app has no parameter for a message (its parameters: ${known}). Give "input", which makes them.`,
    );
  }
  const system = call.messages
    .filter(one => one.role === 'system')
    .map(textOf)
    .join('\n');
  const turns = call.messages.filter(one => one.role !== 'system');
  const last = textOf(turns.at(-1)!);
  const systemName = find('system');
  if (place === 'text') {
    inputs[message] = flatten(systemName === undefined ? call.messages : turns);
  } else {
    if (system !== '' && systemName === undefined)
      throw unsupported('a system message', "history: 'text' puts it into the text");
    inputs[message] = last;
  }
  if (systemName !== undefined && system !== '') inputs[systemName] = system;
  const history = parameters.find(one => one.parameter_name === find('history'));
  if (place === 'parameter') {
    if (!history) throw invalidInput('The app has no parameter for the history. Leave "history" out, or use another.');
    inputs[history.parameter_name] = toHistory(turns.slice(0, -1), history);
  } else if (history && !history.parameter_has_default) inputs[history.parameter_name] = [];
  for (const name of settings) {
    if (call[name] === undefined) continue;
    const target = find(name);
    if (target === undefined) throw unsupported(name);
    inputs[target] = call[name];
  }
  const missing = parameters.filter(one => !one.parameter_has_default && !(one.parameter_name in inputs));
  if (missing.length > 0) {
    throw invalidInput(
      `The app needs ${missing.map(one => `"${one.parameter_name}"`).join(', ')} too. Give it in "inputs".`,
    );
  }
  return inputs;
}

/** The text of a message. */
export function textOf(message: Message): string {
  if (typeof message.content === 'string') return message.content;
  const texts: string[] = [];
  for (const part of message.content) {
    if (part.type === 'text') texts.push(part.text);
    else if (part.type !== 'reasoning' && part.type !== 'source')
      throw unsupported(part.type === 'file' ? 'files' : 'tools');
  }
  return texts.join('');
}

function isText({ component, python_type }: AppParameter): boolean {
  return component === 'Textbox' || python_type?.type === 'str';
}

/** Messages for Gradio 5 and later; pairs for apps that say so. */
function toHistory(turns: readonly Message[], parameter: AppParameter): unknown[] {
  if (!/tuple/i.test(parameter.python_type?.type ?? '')) {
    return turns.map(message => ({ role: message.role, content: textOf(message) }));
  }
  const pairs: [string, string][] = [];
  for (const message of turns) {
    if (message.role === 'user') pairs.push([textOf(message), '']);
    else if (pairs.length > 0) pairs.at(-1)![1] += textOf(message);
  }
  return pairs;
}

function flatten(messages: readonly Message[]): string {
  if (messages.length === 1) return textOf(messages[0]!);
  const words = { system: 'System', user: 'User', assistant: 'Assistant', tool: 'Tool' } as const;
  return `${messages.map(message => `${words[message.role]}: ${textOf(message)}`).join('\n\n')}\n\nAssistant:`;
}

function unsupported(feature: string, advice?: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'unsupported', feature },
    `This Gradio app cannot take ${feature}${advice ? ` (${advice})` : ''}. Leave it out, or map it with "input".`,
  );
}
