package org.unroll.store;

/** A file or directory that breaks a rule, or cannot be read or written. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message states the rule, the value, the place and the fix
   */
  public StoreException(String message) {
    super(message);
  }

  /**
   * @param message states the rule, the value, the place and the fix
   * @param cause what the file system said
   */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The usual form of an error: {@code rule, got value (place): fix}.
   *
   * @param rule what must hold
   * @param value what was found instead
   * @param place the file, with a line or a tensor where there is one
   * @param fix what the user can do
   */
  public static StoreException of(String rule, Object value, String place, String fix) {
    return new StoreException(rule + ", got " + value + " (" + place + "): " + fix);
  }

  /** A failed operation of the file system, with its own words at the end. */
  static StoreException io(String operation, String place, Exception cause) {
    String reason = cause.getMessage() == null ? "" : " " + cause.getMessage();
    return new StoreException(
        "cannot "
            + operation
            + " "
            + place
            + ": "
            + cause.getClass().getSimpleName()
            + reason
            + hint(cause),
        cause);
  }

  private static String hint(Exception cause) {
    String text = String.valueOf(cause.getMessage());
    if (cause instanceof java.nio.file.AccessDeniedException
        || cause instanceof org.apache.hadoop.security.AccessControlException
        || text.contains("Permission denied")
        || text.contains("Read-only file system")) {
      return "; give this user the right to it or choose another output.dir";
    }
    if (text.contains("No space left on device") || text.contains("quota")) {
      return "; free space there or choose another output.dir";
    }
    return "";
  }
}
