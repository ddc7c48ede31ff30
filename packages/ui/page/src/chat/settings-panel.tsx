// The further inputs of a conversation, for one of its threads.
import { Stack, Title } from '@mantine/core';
import type { InputValues } from '../function/first-values.ts';
import { Fields } from '../inputs/fields.tsx';
import type { Component } from '../wire/config.ts';

export interface SettingsPanelProps {
  readonly components: readonly Component[];
  readonly values: InputValues;
  readonly onChange: (values: InputValues) => void;
  readonly title: string | undefined;
}

export function SettingsPanel({ components, values, onChange, title }: SettingsPanelProps) {
  return (
    <Stack gap="md" mb="xl" component="section" aria-label={title}>
      {title ? (
        <Title order={3} size="h5">
          {title}
        </Title>
      ) : null}
      <Fields components={components} values={values} errors={{}} onChange={onChange} />
    </Stack>
  );
}
