package org.unroll.check;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that will not learn, or not well.
 *
 * @param finding what was found, with its number
 * @param changes each of which helps
 */
public record Warning(String finding, List<Change> changes) {
  public Warning {
    changes = List.copyOf(changes);
  }

  /** A warning of what no setting of the job alone can mend. */
  public Warning(String finding, String change) {
    this(finding, List.of(Change.of(change)));
  }

  /** What to change, in words. */
  public String change() {
    return changes.stream().map(Change::words).collect(Collectors.joining(", or "));
  }
}
