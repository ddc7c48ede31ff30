// Losses over tokens: the next token, and one answer over another. Logits are made only where a token counts.
import {
  cast,
  crossEntropy,
  div,
  type FloatTensor,
  type Graph,
  less,
  mul,
  neg,
  reduceMean,
  reshape,
  segmentSum,
  selectRows,
  softplus,
  split,
  sub,
} from '@modeshift/autograd';
import type { TrainLoss } from '@modeshift/core';

/** A loss and what can be read beside it. */
export interface LossTensors {
  readonly loss: FloatTensor;
  readonly metrics: Readonly<Record<string, FloatTensor>>;
}

/** Logits of hidden states `[rows, hidden]`. */
export type Projection = (rows: FloatTensor) => FloatTensor;

/** `-log p` of counted tokens: their mean, or one by one. `hidden` is `[batch · length, hidden]`. */
function tokenLosses(hidden: FloatTensor, project: Projection, reduction: 'mean' | 'none'): FloatTensor {
  const { graph } = hidden;
  const places = graph.input('places', 'int32', ['counted']);
  const targets = graph.input('targets', 'int32', ['counted']);
  return crossEntropy(project(selectRows(hidden, places)), targets, { reduction });
}

/** The mean over counted tokens. */
export function causalLoss(hidden: FloatTensor, project: Projection): LossTensors {
  return { loss: tokenLosses(hidden, project, 'mean'), metrics: {} };
}

/** Log-probabilities of answers, `[2, pairs]`: chosen ones, then rejected ones. */
export function answerLogprobs(hidden: FloatTensor, project: Projection): FloatTensor {
  const answers = hidden.graph.input('answers', 'int32', ['counted']);
  const sums = segmentSum(neg(tokenLosses(hidden, project, 'none')), answers, '2*pairs');
  return reshape(sums, [2, 'pairs']);
}

/** Settings of a preference loss with nothing left out. */
export type PreferenceLoss = Required<Extract<TrainLoss, { kind: 'preference' }>>;

/**
 * DPO `-log σ(β·m)`, IPO `(m - 1/2β)²` and SimPO `-log σ(β·m - γ)`, where `m` is how much more likely the chosen answer is than
 * the rejected one, for DPO and IPO beyond what the reference says.
 *
 * Rafailov et al. 2023, https://arxiv.org/abs/2305.18290; Azar et al. 2023, https://arxiv.org/abs/2310.12036;
 * Meng et al. 2024, https://arxiv.org/abs/2405.14734
 */
export function preferenceLoss(
  hidden: FloatTensor,
  project: Projection,
  { form, beta, gamma, perToken }: PreferenceLoss,
): LossTensors {
  const { graph } = hidden;
  // Declared before the sums: their number is read from its shape.
  const lengths = pairInput(graph, 'answerLengths');
  const reference = form === 'simpo' ? undefined : pairInput(graph, 'reference');
  let logprobs = answerLogprobs(hidden, project);
  if (reference) logprobs = sub(logprobs, reference);
  if (perToken) logprobs = div(logprobs, lengths);
  const [chosen, rejected] = split(logprobs, [1, 1], 0) as [FloatTensor, FloatTensor];
  const margins = sub(chosen, rejected);
  const accuracy = reduceMean(cast(less(rejected, chosen), graph.dtype));
  const metrics = { accuracy, margin: reduceMean(margins) };
  if (form === 'ipo') {
    const distance = sub(margins, 1 / (2 * beta));
    return { loss: reduceMean(mul(distance, distance)), metrics };
  }
  const wanted = form === 'simpo' ? sub(mul(margins, beta), gamma) : mul(margins, beta);
  return { loss: reduceMean(softplus(neg(wanted))), metrics };
}

/** An input of one number for each answer. */
const pairInput = (graph: Graph, name: string): FloatTensor => graph.input(name, 'float32', [2, 'pairs']);
