// Temperature scaling against scipy, and the calibration error against numbers worked out by hand.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectedCalibrationError, fitTemperature, negativeLogLikelihood, softmax } from './calibrate.ts';

interface Case {
  readonly logits: number[][];
  readonly labels: number[];
  readonly temperature: number;
  readonly loss_before: number;
  readonly loss_after: number;
}
const cases: Case[] = JSON.parse(readFileSync(new URL('fixtures/temperature.json', import.meta.url), 'utf8'));

describe('fitTemperature', () => {
  it.each(cases)("finds scipy's optimum $temperature", ({ logits, labels, temperature, loss_before, loss_after }) => {
    const found = fitTemperature(logits, labels);
    expect(Math.abs(found / temperature - 1)).toBeLessThan(1e-5);
    expect(negativeLogLikelihood(logits, labels)).toBeCloseTo(loss_before, 10);
    expect(negativeLogLikelihood(logits, labels, found)).toBeCloseTo(loss_after, 10);
    expect(loss_after).toBeLessThanOrEqual(loss_before);
  });

  it('stays within its bounds when all answers are right, all are wrong, or nothing can be told', () => {
    expect(fitTemperature([[1, 0]], [0])).toBeCloseTo(0.01, 6);
    expect(fitTemperature([[1, 0]], [1])).toBeCloseTo(100, 4);
    expect(fitTemperature([[0, 0], [3]], [1, 0])).toBe(1);
  });

  it('is not certain after a few right answers when told to smooth', () => {
    const logits = Array.from({ length: 8 }, () => [2, 0, 0]);
    const temperature = fitTemperature(logits, Array(8).fill(0), 0.1);
    // The optimum puts 1 - 0.1 + 0.1 / 3 on the label: 2 / T = ln(0.9333 / 0.0333).
    expect(temperature).toBeCloseTo(2 / Math.log(28), 9);
    expect(softmax(logits[0]!, temperature)[0]).toBeCloseTo(1 - 0.2 / 3, 9);
    expect(() => fitTemperature(logits, Array(8).fill(0), 1)).toThrow(/smoothing is 1/);
  });

  it('refuses no examples and labels that are no classes', () => {
    expect(() => fitTemperature([], [])).toThrow(/at least one example/);
    expect(() => fitTemperature([[1, 2]], [2])).toThrow(/Label 2 of example 1/);
    expect(() => fitTemperature([[1, 2]], [0, 1])).toThrow(/1 rows have 2 labels/);
  });
});

describe('softmax', () => {
  it('does not overflow and sums to 1', () => {
    expect([...softmax([1e4, 1e4 - Math.log(3)])]).toEqual([expect.closeTo(0.75, 9), expect.closeTo(0.25, 9)]);
    expect([...softmax([2, 0], 2)][0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });
});

describe('expectedCalibrationError', () => {
  it('is the gap between how sure and how right, weighed by bins', () => {
    // Four answers at 0.9, three right: |0.9 - 0.75| · 4/6; two at 0.6, both right: |0.6 - 1| · 2/6.
    const rows = [...Array(4).fill([0.9, 0.1]), ...Array(2).fill([0.4, 0.6])];
    expect(expectedCalibrationError(rows, [0, 0, 0, 1, 1, 1])).toBeCloseTo((0.15 * 4 + 0.4 * 2) / 6, 12);
    expect(expectedCalibrationError([[1, 0]], [0])).toBe(0);
    expect(expectedCalibrationError([[1, 0]], [1])).toBe(1);
  });
});
