// JSON, and what has no control of its own: typed as text, sent as a value.
import { Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../frame/page.tsx';
import { type FieldProps, useFieldWords } from './field.tsx';

export function JsonField(props: FieldProps) {
  const { value, onChange, disabled = false } = props;
  const words = useWords();
  const said = useFieldWords(props);
  const [text, setText] = useState(() => textOf(value));
  const [isWrong, setWrong] = useState(false);
  const known = useRef(value);
  useEffect(() => {
    // It was changed from elsewhere: an example, a link.
    if (known.current === value) return;
    known.current = value;
    setText(textOf(value));
    setWrong(false);
  }, [value]);
  const type = (given: string): void => {
    setText(given);
    try {
      known.current = given.trim() === '' ? null : (JSON.parse(given) as unknown);
      setWrong(false);
      onChange(known.current);
    } catch {
      setWrong(true);
    }
  };
  return (
    <Textarea
      {...said}
      error={isWrong ? words.notJson : said.error}
      autosize
      minRows={3}
      maxRows={20}
      value={text}
      onChange={event => type(event.currentTarget.value)}
      disabled={disabled}
      spellCheck={false}
      classNames={{ input: 'code-input' }}
    />
  );
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : JSON.stringify(value, null, 2);
}
