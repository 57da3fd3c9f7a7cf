package org.unroll.data;

import org.unroll.config.Problem;

/** Data that cannot be used. The message names the rule, the value, the place and the fix. */
public class DataException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DataException(Problem problem) {
    super(problem.toString());
  }

  public DataException(Problem problem, Throwable cause) {
    super(problem.toString(), cause);
  }

  /** For messages of several lines. */
  protected DataException(String message) {
    super(message);
  }

  /** What the process returns: 1. */
  public int exitCode() {
    return 1;
  }
}
