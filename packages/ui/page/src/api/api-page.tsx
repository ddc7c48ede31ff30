// "Use via API": how each function is called from JavaScript, Python and a shell.
import { Code, Stack, Table, Tabs, Text, Title } from '@mantine/core';
import { usePage, useWords } from '../frame/page.tsx';
import { CodeBlock } from '../markdown/code-block.tsx';
import type { PageFunction } from '../wire/config.ts';
import { curlSnippet, javaScriptSnippet, pythonSnippet } from './snippets.ts';

export default function ApiPage() {
  const words = useWords();
  const { functions } = usePage();
  return (
    <Stack gap="xl">
      <Stack gap={6}>
        <Text size="sm">{words.apiIntro}</Text>
        <CodeBlock text={'npm install @gradio/client\npip install gradio_client'} />
      </Stack>
      {[...functions.values()]
        .filter(({ fn }) => fn.isListed)
        .map(({ fn }) => (
          <FunctionApi key={fn.id} fn={fn} />
        ))}
    </Stack>
  );
}

function FunctionApi({ fn }: { readonly fn: PageFunction }) {
  const words = useWords();
  const { config } = usePage();
  return (
    <section aria-label={`/${fn.name}`}>
      <Title order={3} size="h5">
        <Code fz="md">/{fn.name}</Code>
      </Title>
      {fn.description ? (
        <Text size="sm" c="dimmed">
          {fn.description}
        </Text>
      ) : null}
      <Tabs defaultValue="JavaScript" mt="xs">
        <Tabs.List>
          {['JavaScript', 'Python', 'curl'].map(one => (
            <Tabs.Tab key={one} value={one}>
              {one}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="JavaScript">
          <CodeBlock text={javaScriptSnippet(fn, config.root)} language="javascript" />
        </Tabs.Panel>
        <Tabs.Panel value="Python">
          <CodeBlock text={pythonSnippet(fn, config.root)} language="python" />
        </Tabs.Panel>
        <Tabs.Panel value="curl">
          <CodeBlock text={curlSnippet(fn, config.root)} language="bash" />
        </Tabs.Panel>
      </Tabs>
      {fn.inputs.length > 0 ? (
        <Table fz="sm" mt="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.parameters}</Table.Th>
              <Table.Th>{words.type}</Table.Th>
              <Table.Th>{words.default}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fn.inputs.map(({ id, modeshift, props }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Code>{modeshift.name}</Code>
                </Table.Td>
                <Table.Td>{modeshift.kind}</Table.Td>
                <Table.Td>
                  {modeshift.optional ? (
                    <Code>{JSON.stringify((props as { value?: unknown }).value ?? null)}</Code>
                  ) : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
    </section>
  );
}
