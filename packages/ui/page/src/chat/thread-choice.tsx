// The choice that stands above each thread: with two side by side, what they differ in is in sight.
import { Select } from '@mantine/core';
import { useTold } from '../frame/told.tsx';
import { type Component, prop } from '../wire/config.ts';

export interface ThreadChoiceProps {
  readonly component: Component;
  readonly value: unknown;
  readonly onChange: (value: string) => void;
  /** Which of two threads it is for. */
  readonly side: string | undefined;
}

export function ThreadChoice({ component, value, onChange, side }: ThreadChoiceProps) {
  const told = useTold();
  const choices = prop<readonly (readonly [string, string])[]>(component, 'choices') ?? [];
  const label = told(component.props.label);
  return (
    <Select
      size="xs"
      variant="filled"
      className="thread-choice"
      aria-label={side ? `${label}, ${side}` : label}
      data={choices.map(([name, one]) => ({ label: told(name), value: one }))}
      value={typeof value === 'string' ? value : null}
      onChange={chosen => chosen !== null && onChange(chosen)}
      allowDeselect={false}
      searchable={choices.length > 10}
      maxDropdownHeight={360}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
    />
  );
}
