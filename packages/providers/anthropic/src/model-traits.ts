// What the name of a model says about the words it understands. The wire has changed with the models, not with a version.

/** Which words a model understands. */
export interface ModelTraits {
  /** `adaptive` with an effort, or a `budget` of tokens. */
  readonly thinking: 'adaptive' | 'budget';
  /** The word that turns thinking off; `undefined` where it cannot be turned off. */
  readonly thinkingOff: 'disabled' | 'between_tools' | undefined;
  /** The wire's own output format, or a tool that must be called. */
  readonly structuredOutput: 'native' | 'tool';
}

/**
 * Reads a name, also with a date, a prefix or a suffix (`anthropic/claude-sonnet-4.5`, `anthropic.claude-opus-4-6-v1`). A name
 * that is no Claude model gets the oldest words, which compatible servers know.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/thinking,
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
export function traitsOf(modelId: string): ModelTraits {
  const { family, version } = parseModelId(modelId);
  const alwaysThinks = family === 'fable' || family === 'mythos' || (family === 'opus' && version >= 5.5);
  return {
    thinking: version >= 4.6 ? 'adaptive' : 'budget',
    thinkingOff: alwaysThinks ? undefined : family === 'sonnet' && version >= 5.5 ? 'between_tools' : 'disabled',
    structuredOutput: version >= 4.5 ? 'native' : 'tool',
  };
}

function parseModelId(modelId: string): { readonly family: string | undefined; readonly version: number } {
  // Dates have more digits than versions: claude-opus-4-20250514 is Claude Opus 4.
  const named = /claude-(opus|sonnet|haiku|fable|mythos)(?:-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?)?/.exec(modelId);
  if (named) {
    const [, family, major, minor = '0'] = named;
    // Mythos Preview has no number; it came after 4.6.
    return { family, version: major === undefined ? 4.7 : Number(`${major}.${minor}`) };
  }
  const older = /claude-(\d)(?:[-.](\d)(?!\d))?-(opus|sonnet|haiku)/.exec(modelId);
  return older
    ? { family: older[3], version: Number(`${older[1]}.${older[2] ?? '0'}`) }
    : { family: undefined, version: 0 };
}
