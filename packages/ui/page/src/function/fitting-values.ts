// Values out of a link: whoever wrote it may have written anything, and a field can show only what it was made for.
import type { Component, PageFunction } from '../wire/config.ts';
import type { InputValues } from './first-values.ts';

/** The values whose form fits the inputs that they are for. Whether they are allowed, the server says. */
export function fittingValues(fn: PageFunction, values: InputValues): InputValues {
  const fits = ([name, value]: [string, unknown]): boolean => {
    const component = fn.inputs.find(one => one.modeshift.name === name);
    return component !== undefined && (value === null || hasForm(component, value));
  };
  return Object.fromEntries(Object.entries(values).filter(fits));
}

function hasForm(component: Component, value: unknown): boolean {
  switch (component.modeshift.kind) {
    case 'text':
    case 'code':
    case 'radio':
    case 'dropdown':
      return typeof value === 'string';
    case 'number':
    case 'slider':
      return typeof value === 'number';
    case 'checkbox':
      return typeof value === 'boolean';
    case 'multiselect':
      return Array.isArray(value) && value.every(one => typeof one === 'string');
    case 'file':
    case 'files':
    case 'image':
    case 'audio':
      return (component.props as { file_count?: unknown }).file_count === 'multiple'
        ? Array.isArray(value) && value.every(isFile)
        : isFile(value);
    case 'table':
      return isTable(value);
    default:
      return true;
  }
}

function isFile(value: unknown): boolean {
  const { path, orig_name } = (value ?? {}) as { path?: unknown; orig_name?: unknown };
  return typeof path === 'string' && (orig_name === undefined || orig_name === null || typeof orig_name === 'string');
}

function isTable(value: unknown): boolean {
  const { headers, data } = value as { headers?: unknown; data?: unknown };
  return (
    Array.isArray(headers) &&
    headers.every(one => typeof one === 'string') &&
    Array.isArray(data) &&
    data.every(row => Array.isArray(row) && row.every(cell => typeof cell !== 'object' || cell === null))
  );
}
