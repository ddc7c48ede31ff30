// The inputs of a function; those that are few people's business are folded away.
import { Button, Collapse, Stack } from '@mantine/core';
import { useId, useState } from 'react';
import { Icon } from '../frame/icon.tsx';
import { useWords } from '../frame/page.tsx';
import type { InputValues } from '../function/first-values.ts';
import { type FieldError, required } from '../function/function-state.ts';
import type { Component } from '../wire/config.ts';
import { Field } from './field.tsx';

export interface FieldsProps {
  readonly components: readonly Component[];
  readonly values: InputValues;
  readonly errors: Readonly<Record<string, FieldError>>;
  readonly onChange: (values: InputValues) => void;
}

export function Fields({ components, values, errors, onChange }: FieldsProps) {
  const words = useWords();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const advanced = components.filter(one => one.modeshift.advanced);
  // What is wrong must be in sight.
  const isShown = isOpen || advanced.some(one => one.modeshift.name in errors);
  const field = (component: Component) => {
    const { name } = component.modeshift;
    const error = errors[name];
    return (
      <Field
        key={component.id}
        component={component}
        value={values[name]}
        onChange={value => onChange({ [name]: value })}
        error={error === required ? words.required : error}
      />
    );
  };
  return (
    <>
      {components.filter(one => !one.modeshift.advanced).map(field)}
      {advanced.length > 0 ? (
        <div>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-expanded={isShown}
            aria-controls={id}
            leftSection={<Icon name={isShown ? 'down' : 'right'} size={14} />}
            onClick={() => setOpen(!isShown)}
          >
            {words.more}
          </Button>
          <Collapse expanded={isShown} id={id}>
            <Stack gap="md" pt="sm">
              {advanced.map(field)}
            </Stack>
          </Collapse>
        </div>
      ) : null}
    </>
  );
}
