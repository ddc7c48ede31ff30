// One input, by its kind.
import {
  Checkbox,
  Input,
  MultiSelect,
  NumberInput,
  PasswordInput,
  Radio,
  Select,
  Slider,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useId } from 'react';
import { useWords } from '../frame/page.tsx';
import { useTold } from '../frame/told.tsx';
import { type Component, prop } from '../wire/config.ts';
import { FileField } from './file-field.tsx';
import { JsonField } from './json-field.tsx';
import { TableField } from './table-field.tsx';

/** What every input is given. */
export interface FieldProps {
  readonly component: Component;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error: string | undefined;
  readonly disabled?: boolean;
}

/** How Mantine's inputs are told of label, help and error. */
export function useFieldWords({ component, error }: Pick<FieldProps, 'component' | 'error'>) {
  const words = useWords();
  const told = useTold();
  const label = told(component.props.label);
  const { optional } = component.modeshift;
  const isBlank = prop<unknown>(component, 'value') === undefined;
  return {
    label: optional && isBlank ? `${label} (${words.optional})` : label,
    description: component.props.info ? told(component.props.info) : undefined,
    error,
    'aria-required': !optional,
  };
}

export function Field(props: FieldProps) {
  const { component, value, onChange, disabled = false } = props;
  const words = useWords();
  const told = useTold();
  const said = useFieldWords(props);
  const choices = (prop<readonly (readonly [string, string])[]>(component, 'choices') ?? []).map(([label, value]) => ({
    label: told(label),
    value,
  }));
  const min = prop<number>(component, 'minimum');
  const max = prop<number>(component, 'maximum');
  switch (component.modeshift.kind) {
    case 'text':
      return <TextField {...props} />;
    case 'number':
      return (
        <NumberInput
          {...said}
          disabled={disabled}
          value={(value as number | null) ?? ''}
          onChange={given => onChange(given === '' ? null : Number(given))}
          {...(min !== undefined && { min })}
          {...(max !== undefined && { max })}
          allowDecimal={prop<number>(component, 'precision') !== 0}
          clampBehavior="none"
        />
      );
    case 'slider':
      return <SliderField {...props} />;
    case 'checkbox':
      return (
        <Checkbox
          label={said.label}
          description={said.description}
          error={said.error}
          disabled={disabled}
          checked={value === true}
          onChange={event => onChange(event.currentTarget.checked)}
        />
      );
    case 'radio':
      return (
        <Radio.Group
          label={said.label}
          description={said.description}
          error={said.error}
          value={(value as string | null) ?? null}
          onChange={onChange}
          disabled={disabled}
        >
          <Stack gap={8} mt={6}>
            {choices.map(one => (
              <Radio key={one.value} value={one.value} label={one.label} />
            ))}
          </Stack>
        </Radio.Group>
      );
    case 'dropdown':
      return (
        <Select
          {...said}
          data={choices}
          value={(value as string | null) ?? null}
          onChange={onChange}
          disabled={disabled}
          placeholder={words.choose}
          searchable={choices.length > 8}
          nothingFoundMessage={words.noMatch}
          clearable={component.modeshift.optional && prop<unknown>(component, 'value') === undefined}
          allowDeselect={component.modeshift.optional}
          comboboxProps={{ shadow: 'md' }}
        />
      );
    case 'multiselect': {
      const maxValues = prop<number>(component, 'max_choices');
      return (
        <MultiSelect
          {...said}
          data={choices}
          value={(value as string[] | null) ?? []}
          onChange={onChange}
          disabled={disabled}
          {...((value as string[] | null)?.length ? {} : { placeholder: words.choose })}
          {...(maxValues !== undefined && { maxValues })}
          searchable={choices.length > 8}
          nothingFoundMessage={words.noMatch}
          comboboxProps={{ shadow: 'md' }}
        />
      );
    }
    case 'file':
    case 'files':
    case 'image':
    case 'audio':
      return <FileField {...props} />;
    case 'table':
      return <TableField {...props} />;
    case 'code':
      return (
        <Textarea
          {...said}
          autosize
          minRows={6}
          maxRows={24}
          value={(value as string | null) ?? ''}
          onChange={event => onChange(event.currentTarget.value)}
          disabled={disabled}
          spellCheck={false}
          classNames={{ input: 'code-input' }}
        />
      );
    default:
      return <JsonField {...props} />;
  }
}

function TextField(props: FieldProps) {
  const { component, value, onChange, disabled = false } = props;
  const told = useTold();
  const said = useFieldWords(props);
  const lines = prop<number>(component, 'lines') ?? 1;
  const common = {
    ...said,
    value: (value as string | null) ?? '',
    disabled,
    placeholder: told(prop<string>(component, 'placeholder') ?? ''),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => onChange(event.currentTarget.value),
  };
  if (prop<string>(component, 'type') === 'password') return <PasswordInput {...common} />;
  return lines > 1 ? <Textarea {...common} autosize minRows={lines} maxRows={lines + 12} /> : <TextInput {...common} />;
}

function SliderField(props: FieldProps) {
  const { component, value, onChange, disabled = false } = props;
  const { label, description, error } = useFieldWords(props);
  const id = useId();
  const min = prop<number>(component, 'minimum')!;
  const max = prop<number>(component, 'maximum')!;
  const step = prop<number>(component, 'step') ?? (max - min) / 100;
  const isUnset = value === null || value === undefined;
  const shown = isUnset ? min : (value as number);
  return (
    <Input.Wrapper label={<span id={id}>{label}</span>} labelElement="div" description={description} error={error}>
      <div className="slider-row">
        <Slider
          className="slider"
          data-unset={isUnset || undefined}
          thumbLabel={label}
          min={min}
          max={max}
          step={step}
          value={shown}
          onChange={onChange}
          disabled={disabled}
          label={null}
        />
        <NumberInput
          className="slider-number"
          size="xs"
          aria-labelledby={id}
          value={isUnset ? '' : shown}
          onChange={given => onChange(given === '' ? null : Number(given))}
          min={min}
          max={max}
          step={step}
          hideControls
          disabled={disabled}
          placeholder="–"
        />
      </div>
    </Input.Wrapper>
  );
}
