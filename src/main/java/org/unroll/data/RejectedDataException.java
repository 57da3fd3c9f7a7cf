package org.unroll.data;

/** More rows were rejected than the job tolerates. */
public final class RejectedDataException extends DataException {
  private static final long serialVersionUID = 1;

  public RejectedDataException(String message) {
    super(message);
  }

  /** What the process returns: 3. */
  @Override
  public int exitCode() {
    return 3;
  }
}
