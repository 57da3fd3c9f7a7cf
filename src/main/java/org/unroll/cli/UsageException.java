package org.unroll.cli;

/** The command was called in a way that cannot work; the message says how it can. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }

  /** Refuses an option whose value must be at least 1. */
  static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new UsageException(option + " must be at least 1, got " + value);
    }
  }
}
