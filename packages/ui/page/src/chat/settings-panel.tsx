// The further inputs of a conversation, for one of its threads.
import { Stack, Title } from '@mantine/core';
import type { InputValues } from '../function/first-values.ts';
import { Field } from '../inputs/field.tsx';
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
      {components.map(component => {
        const { name } = component.modeshift;
        return (
          <Field
            key={component.id}
            component={component}
            value={values[name]}
            onChange={value => onChange({ [name]: value })}
            error={undefined}
          />
        );
      })}
    </Stack>
  );
}
