// Asks who somebody is.
import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Failure, failureOf } from '../wire/failure.ts';
import { failureText } from '../words/failure-text.ts';
import { useWords } from './page.tsx';

export interface LoginProps {
  readonly base: string;
  /** Said by the app. */
  readonly message: string;
  readonly onDone: () => void;
}

export function Login({ base, message, onDone }: LoginProps) {
  const words = useWords();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      const response = await fetch(new URL('login', base), { method: 'POST', body: form });
      if (response.ok) return onDone();
      setProblem(response.status === 401 ? words.wrongPassword : failureText(await failureOf(response), words));
    } catch {
      setProblem(failureText(new Failure('unreachable', ''), words));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder radius="lg" p="xl" className="login">
        <form onSubmit={event => void submit(event)}>
          <Stack>
            <Title order={1} size="h3">
              {words.logIn}
            </Title>
            {message ? <Text>{message}</Text> : null}
            <TextInput name="username" label={words.userName} autoComplete="username" required autoFocus />
            <PasswordInput name="password" label={words.password} autoComplete="current-password" required />
            {problem ? (
              <Alert color="red" role="alert">
                {problem}
              </Alert>
            ) : null}
            <Button type="submit" loading={isBusy}>
              {words.logIn}
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
