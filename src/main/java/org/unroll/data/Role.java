package org.unroll.data;

import java.util.Locale;

/** What a sequence is used for. */
public enum Role {
  /** The parameters are fitted to it. */
  TRAIN("training"),
  /** The best epoch is chosen by it. */
  VALID("validation"),
  /** Evaluated once, at the end. */
  TEST("test");

  private final String noun;

  Role(String noun) {
    this.noun = noun;
  }

  /** What messages call it, as in "training data". */
  public String noun() {
    return noun;
  }

  /** The key of the job file that names the data: {@code data.train}, and so on. */
  public String key() {
    return "data." + name().toLowerCase(Locale.ROOT);
  }
}
