// Typed tensor graphs with reverse-mode differentiation, compiled to ONNX and run by ONNX Runtime.

export type { CompileOptions, Outputs } from './compile.ts';
export { CompiledGraph, compile, evaluate } from './compile.ts';
export type { DType, FloatDType, IndexDType, NumericDType, TypedArray, TypedArrayOf } from './dtype.ts';
export type { AutogradErrorReason } from './errors.ts';
export { AutogradError } from './errors.ts';
export type { ParameterValues } from './flat-parameters.ts';
export { initialParameters } from './flat-parameters.ts';
export { gradients } from './gradients.ts';
export type {
  Attribute,
  Backward,
  ConstantOptions,
  GraphNode,
  Operation,
  Parameter,
  ParameterOptions,
} from './graph.ts';
export { Graph } from './graph.ts';
export type { Initializer } from './initializers.ts';
export {
  full,
  kaimingNormal,
  kaimingUniform,
  normal,
  ones,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from './initializers.ts';
export * from './ops/index.ts';
export type { AdamWOptions, GroupOptions, Optimizer, SgdOptions, UpdateInputs } from './optimizers.ts';
export { adamW, sgd } from './optimizers.ts';
export type { QuantisedBlocks, QuantiseOptions } from './quantise-blocks.ts';
export { quantiseBlocks } from './quantise-blocks.ts';
export { Random } from './random.ts';
export type { Schedule, ScheduleOptions } from './schedules.ts';
export { constantSchedule, cosineSchedule, linearSchedule, warmupStableDecay } from './schedules.ts';
export type { NativeTensor, SessionOptions } from './session.ts';
export { loadRuntime, Session, watchRuntime } from './session.ts';
export type { Dim, Shape } from './shape.ts';
export type { FloatTensor, IndexTensor } from './tensor.ts';
export { Tensor } from './tensor.ts';
export type { Feed, NestedNumbers, TensorValue } from './tensor-value.ts';
export { tensorValue } from './tensor-value.ts';
export { compileTraining, Trainer } from './training.ts';
export type { StepOptions, StepResult, TrainingOptions, TrainingState } from './training-options.ts';
export type { OnnxModel, WriteOptions } from './write-onnx.ts';
export { writeOnnx } from './write-onnx.ts';
