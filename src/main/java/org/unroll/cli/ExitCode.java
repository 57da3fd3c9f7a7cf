package org.unroll.cli;

/** What the process returns. */
final class ExitCode {
  /** Done. */
  static final int DONE = 0;

  /** Failed. */
  static final int FAILED = 1;

  /** Wrong usage or configuration. */
  static final int USAGE = 2;

  /** Data rejected beyond tolerance. */
  static final int REJECTED = 3;

  /** Interrupted; can be resumed. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
