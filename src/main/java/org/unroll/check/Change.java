package org.unroll.check;

import java.util.List;
import org.unroll.config.Job;
import org.unroll.config.JobException;
import org.unroll.config.JobReader;

/**
 * Something that a user can change.
 *
 * @param words for people
 * @param settings of the job that it stands for, as after {@code --set}; none where it is the data
 *     that must change
 */
public record Change(String words, List<String> settings) {
  public Change {
    settings = List.copyOf(settings);
  }

  /** A change in words, and the settings that it stands for. */
  static Change of(String words, String... settings) {
    return new Change(words, List.of(settings));
  }

  /** A key and its new value. */
  static Change set(String key, Object value) {
    return of("set " + key + " = " + value, key + "=" + value);
  }

  /** A key and about what its new value should be. */
  static Change about(String key, long value) {
    return of(String.format("set %s to about %d", key, value), key + "=" + value);
  }

  /**
   * Whether a job can have these settings and does not have them yet.
   *
   * @param hocon the resolved job as text
   */
  boolean isPossible(Job job, String hocon) {
    if (settings.isEmpty()) {
      return true;
    }
    try {
      return !JobReader.read(hocon, job.name() + ".conf", settings).equals(job);
    } catch (JobException e) {
      return false;
    }
  }
}
