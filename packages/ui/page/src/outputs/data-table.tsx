// A table that is shown: sorted by its heads, a hundred rows at a time, rows that can be chosen.
import { ActionIcon, Group, Table, Text, UnstyledButton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Icon } from '../frame/icon.tsx';
import { useLanguage, useWords } from '../frame/page.tsx';
import { useTold } from '../frame/told.tsx';
import type { WireTable } from '../inputs/table-field.tsx';
import { numberText } from '../words/formats.ts';

const pageSize = 100;
/** Characters of a cell that is not broken into lines. */
const mostShort = 28;

export interface DataTableProps {
  readonly table: WireTable;
  /** Called with a row's cells by their columns. */
  readonly onSelect?: ((row: Readonly<Record<string, unknown>>) => void) | undefined;
}

export function DataTable({ table: { headers, data }, onSelect }: DataTableProps) {
  const words = useWords();
  const language = useLanguage();
  const told = useTold();
  const [sort, setSort] = useState<{ readonly column: number; readonly isDown: boolean }>();
  const [page, setPage] = useState(0);
  const [chosen, setChosen] = useState<WireTable['data'][number]>();
  const rows = useMemo(() => (sort ? sorted(data, sort.column, sort.isDown) : data), [data, sort]);
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const current = Math.min(page, pages - 1);
  const shown = rows.slice(current * pageSize, (current + 1) * pageSize);
  const isNumeric = headers.map(
    (_, i) => data.length > 0 && data.every(row => row[i] === null || typeof row[i] === 'number'),
  );
  const choose = (row: WireTable['data'][number]): void => {
    setChosen(row);
    onSelect?.(Object.fromEntries(headers.map((header, i) => [header, row[i] ?? null])));
  };
  return (
    <div>
      <Table.ScrollContainer
        minWidth={Math.min(90 * headers.length, 720)}
        maxHeight={520}
        type="native"
        className="table-box"
        tabIndex={0}
      >
        <Table stickyHeader highlightOnHover={onSelect !== undefined} withTableBorder={false} className="data-table">
          <Table.Thead>
            <Table.Tr>
              {headers.map((header, i) => (
                <Table.Th
                  key={header}
                  aria-sort={sort?.column !== i ? 'none' : sort.isDown ? 'descending' : 'ascending'}
                  data-numeric={isNumeric[i] || undefined}
                  data-short={told(header).length <= mostShort || undefined}
                >
                  <UnstyledButton
                    className="sort"
                    aria-label={words.sortBy(told(header))}
                    onClick={() => setSort({ column: i, isDown: sort?.column === i ? !sort.isDown : false })}
                  >
                    {told(header)}
                    <span aria-hidden="true">{sort?.column !== i ? '' : sort.isDown ? ' ↓' : ' ↑'}</span>
                  </UnstyledButton>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row, r) => (
              <Table.Tr
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
                key={r}
                data-chosen={row === chosen || undefined}
                onClick={onSelect ? () => choose(row) : undefined}
                className={onSelect ? 'selectable' : undefined}
              >
                {row.map((cell, i) => (
                  <Table.Td
                    key={headers[i]}
                    data-numeric={isNumeric[i] || undefined}
                    data-short={cellText(cell).length <= mostShort || undefined}
                  >
                    {onSelect && i === 0 ? (
                      <UnstyledButton
                        className="cell-button"
                        aria-pressed={row === chosen}
                        onClick={event => {
                          event.stopPropagation();
                          choose(row);
                        }}
                      >
                        {cellText(cell) || words.selectRow(r + 1)}
                      </UnstyledButton>
                    ) : (
                      cellText(cell)
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group justify="space-between" mt={6}>
        <Text size="xs" c="dimmed">
          {words.rows(data.length)}
        </Text>
        {pages > 1 ? (
          <Group gap={4}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words.previousPage}
              disabled={current === 0}
              onClick={() => setPage(current - 1)}
            >
              <Icon name="left" />
            </ActionIcon>
            <Text size="xs">{words.pageOf(current + 1, pages)}</Text>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words.nextPage}
              disabled={current === pages - 1}
              onClick={() => setPage(current + 1)}
            >
              <Icon name="right" />
            </ActionIcon>
          </Group>
        ) : null}
      </Group>
    </div>
  );

  function cellText(cell: unknown): string {
    if (cell === null || cell === undefined) return '';
    if (typeof cell === 'boolean') return cell ? '✓' : '✗';
    return typeof cell === 'number' ? numberText(cell, language, 6) : told(cell as string);
  }
}

/** Numbers by size, others as the language sorts; empty cells come last. */
function sorted(rows: WireTable['data'], column: number, isDown: boolean): WireTable['data'] {
  const order = new Intl.Collator(undefined, { numeric: true }).compare;
  const sign = isDown ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [one[column] ?? null, other[column] ?? null];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : order(String(a), String(b)));
  });
}
