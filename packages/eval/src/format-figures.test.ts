import { expect, it } from 'vitest';
import {
  bytes,
  compactCount,
  dollars,
  duration,
  fraction,
  points,
  pValue,
  shareOf,
  thousands,
} from './format-figures.ts';

it('writes figures short and with a unit', () => {
  expect([0, 0.0421, 0.9994, 85.25, 999.6, 1234, 99_600, 5_400_000, 7_200_000].map(duration)).toEqual([
    '0 ms',
    '42.1 µs',
    '999 µs',
    '85.3 ms',
    '1 s',
    '1.2 s',
    '1.7 min',
    '90 min',
    '2 h',
  ]);
  expect([0, 0.0000123, 0.00123, 0.0123, 0.5, 12.345, 128.4].map(dollars)).toEqual([
    '0',
    '1e-5',
    '0.0012',
    '0.012',
    '0.50',
    '12.35',
    '128',
  ]);
  expect([7, 999, 1000, 24_600_000, 999_960, 3e12].map(compactCount)).toEqual(['7', '999', '1k', '24.6M', '1M', '3T']);
  expect([312, 4_100_000, 2e9].map(bytes)).toEqual(['312 B', '4.1 MB', '2 GB']);
  expect([0, 0.8734, 0.9996, 1].map(fraction)).toEqual(['.000', '.873', '1.00', '1.00']);
  expect([0.024, -0.0004, -0.0123].map(points)).toEqual(['+2.4', '0.0', '−1.2']);
  expect([0.0004, 0.0123, 0.34].map(pValue)).toEqual(['< 0.001', '0.012', '0.34']);
  expect([shareOf(0, 5), shareOf(3, 250), shareOf(1, 9), shareOf(1, 1e7), shareOf(5, 1000)]).toEqual([
    '0 %',
    '1.2 %',
    '11 %',
    '< 0.001 %',
    '0.5 %',
  ]);
  expect(thousands(1234567)).toBe('1,234,567');
});
