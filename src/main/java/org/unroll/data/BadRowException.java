package org.unroll.data;

/**
 * A row that cannot be used; what becomes of it is for the job to say ({@code data.bad-rows}).
 * Without a stack trace, because a file may hold millions of such rows.
 */
public final class BadRowException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final String rule;
  private final String value;
  private final String fix;
  private final String ifMany;

  /**
   * @param reason short name to count by, such as {@code too-few-columns}
   * @param rule what must hold
   * @param value what was found
   * @param fix what to change
   */
  public BadRowException(String reason, String rule, String value, String fix) {
    this(reason, rule, value, fix, "");
  }

  /**
   * What a single row does wrong may be what all rows are like.
   *
   * @param ifMany what to say in place of {@code fix} if many rows fail for the same reason,
   *     because then it is not the row that must be mended; empty for nothing else
   */
  public BadRowException(String reason, String rule, String value, String fix, String ifMany) {
    super(rule + ", got " + value, null, false, false);
    this.reason = reason;
    this.rule = rule;
    this.value = value;
    this.fix = fix;
    this.ifMany = ifMany;
  }

  public String reason() {
    return reason;
  }

  public String rule() {
    return rule;
  }

  public String value() {
    return value;
  }

  public String fix() {
    return fix;
  }

  public String ifMany() {
    return ifMany;
  }
}
