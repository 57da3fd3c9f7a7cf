package org.unroll.config;

import java.io.Serializable;

/**
 * One thing wrong with a job file.
 *
 * @param rule what must hold, naming the key
 * @param value what was found, or the empty string
 * @param place file and line, {@code --set KEY}, or the empty string
 * @param fix what to change, or the empty string where the rule says it
 */
public record Problem(String rule, String value, String place, String fix) implements Serializable {

  /** The problem as one line: rule, value, place, fix. */
  @Override
  public String toString() {
    return rule
        + (value.isEmpty() ? "" : ", got " + value)
        + (place.isEmpty() ? "" : " (" + place + ")")
        + (fix.isEmpty() ? "" : ": " + fix);
  }
}
