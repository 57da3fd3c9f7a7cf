package org.unroll.config;

/** What the target column of a row holds. */
public enum TargetType {
  /** One name: a label, or a tag for each step. */
  CLASS,
  /** A set of names, possibly none: labels that do not exclude each other. */
  LABELS,
  /** Real numbers: {@code data.target.width} for a sequence, or for each step. */
  VALUES,
  /** A sequence of symbols with a length of its own, not aligned with the steps. */
  TEXT
}
