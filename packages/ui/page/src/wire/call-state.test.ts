// How a call stands after the messages that servers send.
import { expect, it } from 'vitest';
import type { EventMessage, WireOutput } from '../../../src/protocol/messages.ts';
import { CallFollower, isBusy } from './call-state.ts';

const output = (data: readonly unknown[]): WireOutput => ({
  data,
  is_generating: true,
  duration: 1.5,
  average_duration: null,
  render_config: null,
  changed_state_ids: [],
});
const generating = (data: readonly unknown[]): EventMessage => ({
  msg: 'process_generating',
  output: output(data),
  success: true,
  time_limit: null,
});

it('waits, runs, streams by edits, and is done', () => {
  const call = new CallFollower();
  expect(call.state.status).toBe('sending');
  expect(call.read({ msg: 'estimation', rank: 2, queue_size: 3, rank_eta: 12 })).toMatchObject({
    status: 'waiting',
    rank: 2,
    eta: 12,
  });
  expect(call.read({ msg: 'process_starts', eta: 4 })).toMatchObject({ status: 'running', rank: undefined, eta: 4 });
  expect(call.read(generating(['你', [1]])).values).toEqual(['你', [1]]);
  expect(call.read(generating([[['append', [], '好']], [['add', [1], 2]]])).values).toEqual(['你好', [1, 2]]);
  expect(isBusy(call.state)).toBe(true);
  const done = call.read({ msg: 'process_completed', output: output(['你好！', []]), success: true, title: null });
  expect(done).toMatchObject({ status: 'done', values: ['你好！', []], seconds: 1.5 });
  expect(isBusy(done)).toBe(false);
});

it('takes the whole value again after a new stream was opened', () => {
  const call = new CallFollower();
  call.read(generating(['你好']));
  call.restart();
  expect(call.read(generating(['你好，世界'])).values).toEqual(['你好，世界']);
  expect(call.read(generating([[['append', [], '！']]])).values).toEqual(['你好，世界！']);
});

it('keeps what there is when it fails or is cancelled', () => {
  const failed = new CallFollower();
  failed.read(generating(['先']));
  failed.read({
    msg: 'process_completed',
    output: { error: '换一个词', duration: 10, visible: true, title: 'Error' },
    success: false,
    title: 'Error',
  });
  expect(failed.state).toMatchObject({ status: 'failed', values: ['先'] });
  expect(failed.state.failure?.message).toBe('换一个词');
  const cancelled = new CallFollower();
  cancelled.read({
    msg: 'process_completed',
    output: { error: 'Cancelled', duration: 0, visible: false, title: 'Cancelled' },
    success: false,
    title: 'Cancelled',
  });
  expect(cancelled.state).toMatchObject({ status: 'cancelled', failure: undefined });
});
