// Examples: a press fills the inputs.
import { Button, Group, Text } from '@mantine/core';
import { useWords } from '../frame/page.tsx';
import { useTold } from '../frame/told.tsx';
import type { PageFunction } from '../wire/config.ts';
import type { InputValues } from './first-values.ts';
import type { FunctionState } from './function-state.ts';

export function Examples({ state }: { readonly state: FunctionState }) {
  const words = useWords();
  const told = useTold();
  const { examples } = state.fn;
  if (examples.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4} id={`examples-${state.fn.id}`}>
        {words.examples}
      </Text>
      <Group gap={6} role="group" aria-labelledby={`examples-${state.fn.id}`}>
        {examples.map(declared => {
          const example = toldExample(state.fn, declared, told);
          const text = Object.values(example)
            .map(value => shortText(value, told))
            .join(' · ');
          return (
            <Button
              key={text}
              size="compact-sm"
              variant="default"
              className="example"
              onClick={() => state.fill(example)}
            >
              {text}
            </Button>
          );
        })}
      </Group>
    </div>
  );
}

function shortText(value: unknown, told: (words: string) => string): string {
  if (typeof value === 'string') return told(value);
  if (Array.isArray(value) && value.every(one => typeof one === 'string')) return value.map(told).join(', ');
  return JSON.stringify(value);
}

/** Text that a person would type is in the visitor's language; what is chosen from a list stays as it was declared. */
function toldExample(fn: PageFunction, example: InputValues, told: (words: string) => string): InputValues {
  const texts = new Set(fn.inputs.filter(one => one.modeshift.kind === 'text').map(one => one.modeshift.name));
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => [name, texts.has(name) ? told(String(value)) : value]),
  );
}
