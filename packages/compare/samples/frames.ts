// The shape of the sample's sentence frames.

/** The intents of the sample task, in the order in which they are written. */
export const intents = [
  'order_status',
  'cancel_order',
  'change_order',
  'change_address',
  'delivered_not_received',
  'damaged_item',
  'wrong_item',
  'missing_parts',
  'refund_request',
  'refund_status',
  'return_process',
  'exchange_item',
  'double_charge',
  'payment_failed',
  'invoice_request',
  'coupon_problem',
  'password_reset',
  'account_locked',
] as const;

/** An intent of the sample task. */
export type Intent = (typeof intents)[number];

/** A part of the data. */
export type Split = 'train' | 'test';

/** Sentence frames of each intent, apart for training and testing. */
export type Frames = Readonly<Record<Intent, Readonly<Record<Split, readonly string[]>>>>;
