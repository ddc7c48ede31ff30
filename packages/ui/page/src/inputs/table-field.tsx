// A table that a person fills in.
import { ActionIcon, Button, Group, Input, Table, TextInput } from '@mantine/core';
import { Icon } from '../frame/icon.tsx';
import { useWords } from '../frame/page.tsx';
import { prop } from '../wire/config.ts';
import { type FieldProps, useFieldWords } from './field.tsx';
import { JsonField } from './json-field.tsx';

type Cell = string | number | boolean | null;

/** A table on the wire. */
export interface WireTable {
  readonly headers: readonly string[];
  readonly data: readonly (readonly Cell[])[];
}

export function TableField(props: FieldProps) {
  const { component, value, onChange, disabled = false } = props;
  const words = useWords();
  const said = useFieldWords(props);
  const given = value as WireTable | null;
  const headers = given?.headers ?? prop<readonly string[]>(component, 'headers');
  if (!headers) return <JsonField {...props} />;
  const rows = given?.data ?? [];
  const change = (data: WireTable['data']): void => onChange({ headers, data });
  const type = (row: number, column: number, text: string): void =>
    change(rows.map((cells, r) => (r === row ? cells.map((cell, c) => (c === column ? cellOf(text) : cell)) : cells)));
  return (
    <Input.Wrapper label={said.label} labelElement="div" description={said.description} error={said.error}>
      <Table.ScrollContainer minWidth={120 * headers.length} type="native">
        <Table withTableBorder className="typed-table">
          <Table.Thead>
            <Table.Tr>
              {headers.map(header => (
                <Table.Th key={header}>{header}</Table.Th>
              ))}
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
              <Table.Tr key={row}>
                {cells.map((cell, column) => (
                  <Table.Td key={headers[column]}>
                    <TextInput
                      variant="unstyled"
                      size="sm"
                      aria-label={`${headers[column]} ${row + 1}`}
                      value={cell === null ? '' : String(cell)}
                      onChange={event => type(row, column, event.currentTarget.value)}
                      disabled={disabled}
                    />
                  </Table.Td>
                ))}
                <Table.Td w={36}>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={words.removeRow(row + 1)}
                    onClick={() => change(rows.filter((_, r) => r !== row))}
                    disabled={disabled}
                  >
                    <Icon name="close" />
                  </ActionIcon>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group mt={6}>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => change([...rows, headers.map(() => null)])}
          disabled={disabled}
        >
          {words.addRow}
        </Button>
      </Group>
    </Input.Wrapper>
  );
}

/** Numbers stay numbers, as long as they read the same. */
function cellOf(text: string): Cell {
  if (text === '') return null;
  return String(Number(text)) === text ? Number(text) : text;
}
