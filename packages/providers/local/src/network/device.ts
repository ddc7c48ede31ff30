// Where a model's passes are computed.
import { AutogradError, type Graph, Session, type Tensor, writeOnnx } from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';

/** All devices. */
export const devices = ['cpu', 'webgpu'] as const;

/** Where passes are computed: the processor, or a graphics card through WebGPU (Vulkan, Metal or Direct3D 12). */
export type Device = (typeof devices)[number];

const providers = { cpu: ['cpu'], webgpu: ['webgpu', 'cpu'] } as const;

/** Loads a graph on a device. Throws `unsupported` where the machine has no such device. */
export async function openOn(
  device: Device,
  graph: Graph,
  outputs: Readonly<Record<string, Tensor>>,
  threads: number | undefined,
): Promise<Session> {
  const executionProviders = providers[device];
  const model = writeOnnx(graph, outputs, { weights: 'beside', executionProviders });
  try {
    return await Session.open(model, { executionProviders, ...(threads === undefined ? {} : { threads }) });
  } catch (cause) {
    if (device === 'cpu' || !(cause instanceof AutogradError) || !isAbsent(cause)) throw cause;
    throw new ModeshiftError(
      { tag: 'unsupported', feature: device },
      "WebGPU finds no graphics adapter on this machine. Install the card's driver (Vulkan on Linux), or leave out `device` to use the processor.",
      { cause },
    );
  }
}

/** Whether a session could not be made for want of an adapter, or of the provider in this build of ONNX Runtime. */
const isAbsent = ({ message }: Error): boolean => /WebGPU adapter|backend not found|not available/i.test(message);
