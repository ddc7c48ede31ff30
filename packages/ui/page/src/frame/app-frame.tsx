// The page around the functions: title, language, colours, the API, the way out.
import {
  ActionIcon,
  Alert,
  Anchor,
  Button,
  Container,
  Group,
  Menu,
  Text,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useEffect } from 'react';
import { Markdown } from '../markdown/markdown.tsx';
import type { Layout } from '../wire/config.ts';
import type { Language } from '../words/language.ts';
import { readAddress } from './address.ts';
import { Icon } from './icon.tsx';
import { LayoutView } from './layout-view.tsx';
import { useLanguage, usePage, useWords } from './page.tsx';
import { fillAsAsked } from './page-of.ts';
import { SidePanel } from './side-panel.tsx';
import { useTold } from './told.tsx';

const ApiPage = lazy(() => import('../api/api-page.tsx'));

export interface AppFrameProps {
  readonly isConnected: boolean;
  readonly languages: Readonly<Record<Language, string>>;
  readonly onLanguage: (language: Language) => void;
}

export function AppFrame({ isConnected, languages, onLanguage }: AppFrameProps) {
  const { config, base, functions } = usePage();
  const words = useWords();
  const told = useTold();
  const language = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const [isApiOpen, api] = useDisclosure(location.hash === '#api');
  const { layout, description, home } = config.modeshift;
  const only = onlyFunction(layout);
  const isChat = only !== undefined && config.modeshift.functions.some(one => one.name === only && one.kind === 'chat');

  useEffect(() => {
    document.title = told(config.title);
  }, [told, config.title]);

  useEffect(() => {
    const show = (): void => {
      const asked = readAddress(location.hash);
      if (asked) document.getElementById(`fn-${asked.name}`)?.scrollIntoView({ block: 'start' });
    };
    const follow = (): void => {
      fillAsAsked(functions);
      show();
    };
    show();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [functions]);

  return (
    <div className="page" data-chat={isChat || undefined}>
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        {words.skip}
      </button>
      <header className="page-head">
        <Container size="xl" className="page-head-in">
          <Group gap={4} wrap="nowrap" className="grow">
            {home === null ? null : (
              <ActionIcon
                component="a"
                href={new URL(home, base).href}
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={words.allApps}
                title={words.allApps}
              >
                <Icon name="left" />
              </ActionIcon>
            )}
            <Title order={1} size="h4" lineClamp={1}>
              {told(config.title)}
            </Title>
          </Group>
          <Group gap={4} wrap="nowrap">
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              leftSection={<Icon name="code" />}
              onClick={api.open}
              className="api-button"
              aria-label={words.useViaApi}
            >
              <span className="wide-only">{words.useViaApi}</span>
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words.language}>
                  <Icon name="language" />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {(Object.entries(languages) as [Language, string][]).map(([code, name]) => (
                  <Menu.Item key={code} lang={code} onClick={() => onLanguage(code)} fw={code === language ? 600 : 400}>
                    {name}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words.theme}>
                  <Icon name="sun" />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<Icon name="sun" />} onClick={() => setColorScheme('light')}>
                  {words.light}
                </Menu.Item>
                <Menu.Item leftSection={<Icon name="moon" />} onClick={() => setColorScheme('dark')}>
                  {words.dark}
                </Menu.Item>
                <Menu.Item onClick={() => setColorScheme('auto')}>{words.auto}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
            {config.username === null ? null : (
              <Group gap="xs" wrap="nowrap">
                <Text size="sm" className="wide-only">
                  {config.username}
                </Text>
                <Anchor size="sm" href={new URL('logout', base).href}>
                  {words.logOut}
                </Anchor>
              </Group>
            )}
          </Group>
        </Container>
      </header>
      <div role="status" className="connection">
        {isConnected ? null : (
          <Alert color="yellow" radius={0} py={6}>
            {words.reconnecting}
          </Alert>
        )}
      </div>
      <main id="content" tabIndex={-1}>
        <Container size="xl" className="content">
          {description ? (
            <div className="description">
              <Markdown text={told(description)} level={2} />
            </div>
          ) : null}
          <LayoutView layout={layout} isAlone={true} />
        </Container>
      </main>
      <SidePanel isOpen={isApiOpen} onClose={api.close} title={words.useViaApi} isWide>
        <Suspense fallback={null}>
          <ApiPage />
        </Suspense>
      </SidePanel>
    </div>
  );
}

/** The one function of a layout that has no other. */
function onlyFunction(layout: Layout): string | undefined {
  if (typeof layout === 'string') return layout;
  if (layout.type === 'column' && layout.children.length === 1) return onlyFunction(layout.children[0]!);
  return undefined;
}
