package org.unroll.tensor;

/** Kernels that are needed together, for {@link Kernels#warmUp}. */
public enum KernelGroup {
  /** Products, activation functions, softmax, sums: every network. */
  COMMON,
  /** Simple recurrence with tanh. */
  RNN,
  /** Simple recurrence with ReLU, and dense layers with it. */
  RELU,
  /** Gated recurrent units, in all their forms. */
  GRU,
  /** Long short-term memory. */
  LSTM,
  /** Diagonal weights: an LSTM with peepholes, and the gains of normalisation. */
  DIAGONAL,
  /** Layer normalisation. */
  NORMALIZATION,
  /** Batch normalisation. */
  BATCH_NORMALIZATION,
  /** Pooling of the steps of a sequence. */
  POOLING,
  /** Dropout. */
  DROPOUT,
  /** Updates of parameters: where an optimiser runs. */
  UPDATE
}
