package org.unroll.data;

import java.util.Locale;

/** What a sequence is used for. */
public enum Role {
  /** The parameters are fitted to it. */
  TRAIN,
  /** The best epoch is chosen by it. */
  VALID,
  /** Evaluated once, at the end. */
  TEST;

  /** The key of the job file that names the data: {@code data.train}, and so on. */
  public String key() {
    return "data." + name().toLowerCase(Locale.ROOT);
  }
}
