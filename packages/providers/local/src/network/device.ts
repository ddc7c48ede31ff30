// Where a model's passes are computed.
import { AutogradError, type Graph, Session, type SessionOptions, type Tensor, writeOnnx } from '@modeshift/autograd';
import { invalidInput, ModeshiftError } from '@modeshift/core';

const devices = ['cpu', 'webgpu'] as const;

/** Where passes are computed: the processor, or a graphics card through WebGPU (Vulkan, Metal or Direct3D 12). */
export type Device = (typeof devices)[number];

/** A device by its name. Throws `invalid-input` for another. */
export function checkDevice(name: string): Device {
  const device = devices.find(one => one === name);
  if (device) return device;
  throw invalidInput(`device must be ${devices.join(' or ')}, and it is ${JSON.stringify(name)}.`);
}

/** How sessions are opened on a device. */
export const sessionOn = (device: Device, threads: number | undefined): SessionOptions => ({
  ...(device === 'webgpu' ? { executionProviders: ['webgpu', 'cpu'] } : {}),
  ...(threads === undefined ? {} : { threads }),
});

/** Loads a graph on a device. Throws `unsupported` where the machine has no such device. */
export function openOn(
  device: Device,
  graph: Graph,
  outputs: Readonly<Record<string, Tensor>>,
  threads: number | undefined,
): Promise<Session> {
  const options = sessionOn(device, threads);
  const { executionProviders } = options;
  return tellAbsent(
    device,
    Session.open(writeOnnx(graph, outputs, { weights: 'beside', executionProviders }), options),
  );
}

/** What is opened on a device; a device that is absent as an error that says what to do. */
export async function tellAbsent<T>(device: Device, opened: Promise<T>): Promise<T> {
  try {
    return await opened;
  } catch (cause) {
    if (device === 'cpu' || !(cause instanceof AutogradError) || !isAbsent(cause)) throw cause;
    throw new ModeshiftError(
      { tag: 'unsupported', feature: device },
      "WebGPU finds no graphics adapter on this machine. Install the card's driver (Vulkan on Linux), or leave out `device` to use the processor.",
      { cause },
    );
  }
}

/** Whether there is no adapter, or no such provider in this build of ONNX Runtime. */
const isAbsent = ({ message }: Error): boolean => /WebGPU adapter|backend not found|not available/i.test(message);
