// What a chat template makes of messages.
import type { Message, ToolDefinition } from '@modeshift/core';
import type { TextSegment } from '../tokenizer/tokenizer.ts';

/** How messages are rendered. */
export interface RenderOptions {
  readonly tools?: readonly ToolDefinition[];
  /** Opens the assistant's turn at the end. Default: `true` unless the last message is the assistant's. */
  readonly addGenerationPrompt?: boolean;
  /** Leaves the last message open, so that the model goes on with it. Default `false`. */
  readonly continueFinalMessage?: boolean;
  /** Other variables that the template reads, by its own names: `enable_thinking`, `date_string`, … */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A piece of a rendered conversation. */
export interface ChatSegment extends TextSegment {
  /** Whether the assistant wrote it: what a model is trained on. The end-of-turn token belongs to it. */
  readonly byAssistant: boolean;
}

/** A rendered conversation. Encode `segments`, not `text`: only they tell the template's tokens from those a user typed. */
export interface RenderedChat {
  readonly text: string;
  /** Joined, they are `text`. */
  readonly segments: readonly ChatSegment[];
}

/** A checkpoint's chat template. */
export interface ChatTemplate {
  /** The Jinja source that is used without tools. */
  readonly source: string;
  /** Messages as the text that the model was trained on. */
  render(messages: readonly Message[], options?: RenderOptions): RenderedChat;
  /**
   * The same, and which pieces the assistant wrote: what `{% generation %}` encloses, or else what rendering ever longer
   * beginnings of the conversation shows.
   */
  renderForTraining(messages: readonly Message[], options?: RenderOptions): RenderedChat;
}
