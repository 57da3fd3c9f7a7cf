package org.unroll.train;

/** Work ended because {@link GradientSource#cancel} was called; nothing has gone wrong. */
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Because of what the cancelled work threw; null if nothing. */
  public CancelledException(Throwable cause) {
    super("the round was cancelled", cause);
  }
}
