// The page from its first request on: loading, log-in, or the app.
import { Button, Center, Loader, MantineProvider, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Config } from '../wire/config.ts';
import { Failure, failureOf } from '../wire/failure.ts';
import { failureText } from '../words/failure-text.ts';
import { firstLanguage, type Language, languages, rememberLanguage, wordsOf } from '../words/language.ts';
import { AppFrame } from './app-frame.tsx';
import { Login } from './login.tsx';
import { styleNonce } from './nonce.ts';
import { LanguageProvider, PageProvider } from './page.tsx';
import { pageOf } from './page-of.ts';
import { cssVariables, theme } from './theme.ts';

type Loaded =
  | { readonly type: 'loading' }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'log-in'; readonly message: string }
  | { readonly type: 'app'; readonly config: Config };

const base = new URL('.', document.baseURI).href;

export function Root() {
  const [loaded, setLoaded] = useState<Loaded>({ type: 'loading' });
  const [chosen, setChosen] = useState<Language>();
  const [isConnected, setConnected] = useState(true);
  const config = loaded.type === 'app' ? loaded.config : undefined;
  const language = chosen ?? firstLanguage(config?.modeshift.lang ?? 'auto', navigator.languages);

  const load = useCallback(async (): Promise<void> => {
    setLoaded({ type: 'loading' });
    setLoaded(await loadConfig());
  }, []);
  useEffect(() => void load(), [load]);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    if (loaded.type === 'log-in') document.title = wordsOf(language).logIn;
  }, [language, loaded]);

  const page = useMemo(() => config && pageOf(config, base, setConnected), [config]);
  const words = wordsOf(language);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      getStyleNonce={styleNonce}
      defaultColorScheme={config?.modeshift.theme ?? 'auto'}
      key={config?.modeshift.theme}
    >
      <LanguageProvider language={language}>
        {page ? (
          <PageProvider page={page}>
            <AppFrame
              isConnected={isConnected}
              languages={languages}
              onLanguage={given => {
                rememberLanguage(given);
                setChosen(given);
              }}
            />
          </PageProvider>
        ) : loaded.type === 'log-in' ? (
          <Login base={base} message={loaded.message} onDone={() => void load()} />
        ) : (
          <Center mih="100dvh" component="main">
            {loaded.type === 'failed' ? (
              <Stack align="center" role="alert">
                <Text fw={600}>{words.noConfig}</Text>
                <Text c="dimmed">{failureText(loaded.failure, words)}</Text>
                <Button onClick={() => void load()}>{words.retry}</Button>
              </Stack>
            ) : (
              <Loader aria-label={words.loading} role="status" />
            )}
          </Center>
        )}
      </LanguageProvider>
    </MantineProvider>
  );
}

async function loadConfig(): Promise<Loaded> {
  try {
    const response = await fetch(new URL('config', base));
    if (response.status === 401) {
      const { detail } = (await response.json()) as { detail: { auth_message: string | null } };
      return { type: 'log-in', message: detail.auth_message ?? '' };
    }
    if (!response.ok) throw await failureOf(response);
    return { type: 'app', config: (await response.json()) as Config };
  } catch (error) {
    return { type: 'failed', failure: error instanceof Failure ? error : new Failure('unreachable', '') };
  }
}
