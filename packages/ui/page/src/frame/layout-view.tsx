// Puts the functions where the app says.
import { Accordion, Stack, Tabs } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { ChatCard } from '../chat/chat-card.tsx';
import { FunctionCard } from '../function/function-card.tsx';
import { JobCard } from '../job/job-card.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import type { Layout } from '../wire/config.ts';
import { readAddress } from './address.ts';
import { usePage } from './page.tsx';
import { useTold } from './told.tsx';

export function LayoutView({ layout, isAlone = false }: { readonly layout: Layout; readonly isAlone?: boolean }) {
  const told = useTold();
  if (typeof layout === 'string') return <NamedFunction name={layout} isAlone={isAlone} />;
  switch (layout.type) {
    case 'text':
      return (
        <div className="note">
          <Markdown text={told(layout.markdown)} level={2} />
        </div>
      );
    case 'row':
      return (
        <div className="row">
          {layout.children.map((child, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the layout never changes
            <div key={i} className="row-part">
              <LayoutView layout={child} />
            </div>
          ))}
        </div>
      );
    case 'column':
      return (
        <Stack gap="lg">
          {layout.children.map((child, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the layout never changes
            <LayoutView key={i} layout={child} isAlone={isAlone && layout.children.length === 1} />
          ))}
        </Stack>
      );
    case 'accordion':
      return (
        <Accordion
          variant="contained"
          radius="lg"
          defaultValue={layout.open || holds(layout, readAddress(location.hash)?.name) ? layout.label : null}
        >
          <Accordion.Item value={layout.label}>
            <Accordion.Control>{told(layout.label)}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="lg">
                {layout.children.map((child, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the layout never changes
                  <LayoutView key={i} layout={child} />
                ))}
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      );
    case 'tabs':
      return <TabsView tabs={layout.tabs} />;
  }
}

/** What is behind a tab is drawn when the tab is first opened, and stays as it is left. */
function TabsView({ tabs }: { readonly tabs: Extract<Layout, { type: 'tabs' }>['tabs'] }) {
  const told = useTold();
  const asked = useCallback(
    () => tabs.find(({ child }) => holds(child, readAddress(location.hash)?.name))?.label,
    [tabs],
  );
  // A link to a function opens the tab where it is.
  const [open, setOpen] = useState(() => asked() ?? tabs[0]!.label);
  const [seen, setSeen] = useState<readonly string[]>([open]);
  const show = (label: string | null): void => {
    if (label === null) return;
    setOpen(label);
    setSeen(before => (before.includes(label) ? before : [...before, label]));
  };
  useEffect(() => {
    const follow = (): void => show(asked() ?? null);
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  });
  return (
    <Tabs value={open} onChange={show} keepMounted>
      <Tabs.List>
        {tabs.map(({ label }) => (
          <Tabs.Tab key={label} value={label}>
            {told(label)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ label, child }) => (
        <Tabs.Panel key={label} value={label} pt="md">
          {seen.includes(label) ? <LayoutView layout={child} /> : null}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** Whether a place has a function. */
function holds(layout: Layout, name: string | undefined): boolean {
  if (typeof layout === 'string') return layout === name;
  if (layout.type === 'text') return false;
  if (layout.type === 'tabs') return layout.tabs.some(({ child }) => holds(child, name));
  return layout.children.some(child => holds(child, name));
}

function NamedFunction({ name, isAlone }: { readonly name: string; readonly isAlone: boolean }) {
  const { functions } = usePage();
  const state = functions.get(name)!;
  if (state.fn.kind === 'chat') return <ChatCard state={state} isAlone={isAlone} />;
  if (state.fn.kind === 'job') return <JobCard state={state} />;
  return <FunctionCard state={state} />;
}
