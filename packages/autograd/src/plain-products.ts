// Products for providers without FusedMatMul: transposed and scaled by operators of their own. Left as they are, they would run on
// the processor, with every input and output carried there and back.
import type { GraphNode } from './graph.ts';
import { Tensor } from './tensor.ts';

/** The nodes with each `FusedMatMul` written as `Transpose`, `MatMul` and `Mul`. */
export function plainProducts(nodes: readonly GraphNode[]): GraphNode[] {
  return nodes.flatMap(node => (node.operator === 'FusedMatMul' ? plain(node) : [node]));
}

function plain({ inputs, outputs, attributes }: GraphNode): GraphNode[] {
  const [out] = outputs as [Tensor];
  const { transA, transB, alpha } = attributes;
  const scale = typeof alpha === 'object' && 'float' in alpha ? alpha.float : 1;
  const nodes: GraphNode[] = [];
  const emit = (operator: string, from: readonly Tensor[], to: Tensor, more: GraphNode['attributes'] = {}): Tensor => {
    nodes.push({ operator, domain: '', inputs: from, outputs: [to], attributes: more });
    return to;
  };
  const part = (name: string, shape: Tensor['shape']): Tensor => {
    return new Tensor(out.graph, `${out.name}.${name}`, out.dtype, shape);
  };
  const turned = (x: Tensor, name: string): Tensor => {
    const axes = x.shape.map((_, axis) => axis);
    const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
    return emit(
      'Transpose',
      [x],
      part(
        name,
        perm.map(axis => x.shape[axis]!),
      ),
      { perm },
    );
  };
  const [a, b] = inputs as [Tensor, Tensor];
  const factors = [transA ? turned(a, 'a') : a, transB ? turned(b, 'b') : b];
  if (scale === 1) emit('MatMul', factors, out);
  else {
    const product = emit('MatMul', factors, part('product', out.shape));
    emit('Mul', [product, emit('Constant', [], part('scale', []), { value_float: { float: scale } })], out);
  }
  return nodes;
}
