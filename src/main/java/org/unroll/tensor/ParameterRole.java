package org.unroll.tensor;

/** What a parameter does in its layer; decides what weight decay and averaging do with it. */
public enum ParameterRole {
  /** A matrix that something is multiplied by, or the diagonal of one (a peephole). */
  WEIGHT,
  /** A table that symbols are looked up in, whether or not it is the output's weight as well. */
  EMBEDDING,
  /** Added to the sums of each unit. */
  BIAS,
  /**
   * PyTorch's second bias of a recurrence, {@code bias_hh}: kept as it was loaded, but for the rows
   * that do what {@link #BIAS} cannot.
   */
  SECOND_BIAS,
  /** What a normalised unit is multiplied by. */
  GAIN,
  /**
   * A running moment of batch normalisation: what rounds have measured, not what they learn. Its
   * gradient is zero; no optimiser, decay or average changes it.
   */
  MOMENT
}
