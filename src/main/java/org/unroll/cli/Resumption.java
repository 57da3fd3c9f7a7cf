package org.unroll.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.unroll.config.Job;
import org.unroll.data.DataSummary;
import org.unroll.data.Role;
import org.unroll.report.MetricsLog;
import org.unroll.report.TensorBoardLog;
import org.unroll.store.Directory;
import org.unroll.store.OutputDirectory;
import org.unroll.store.StoreException;
import org.unroll.train.TrainingState;

/** What it takes to go on with a run: the same job and data, and logs that end where it goes on. */
final class Resumption {
  /** Key of {@link #describe} in {@code run.json}. */
  static final String DATA = "data";

  private static final String FINGERPRINT = "fingerprint";
  private static final String ROWS = "rows";
  private static final String SEQUENCES = "sequences";

  private Resumption() {}

  /** Refuses a job that would not give the same result. */
  static void checkSameJob(Job job, Map<String, Object> before) {
    String now = job.fingerprintText();
    Object was = before.getOrDefault("fingerprint", now);
    if (!was.equals(now)) {
      throw notResumed("the job is not the one it began with: " + difference(was, now));
    }
  }

  /** What {@code run.json} says of the data of each role there is. */
  static Map<String, Object> describe(DataSummary data) {
    Figures roles = new Figures();
    data.fingerprints()
        .forEach(
            (role, fingerprint) ->
                roles.put(
                    role.name().toLowerCase(Locale.ROOT),
                    new Figures()
                        .put(FINGERPRINT, fingerprint)
                        .put(ROWS, data.of(role).intake().read())
                        .put(SEQUENCES, data.of(role).sequences())
                        .map()));
    return roles.map();
  }

  /**
   * Refuses other data than the run began with. Test data may be added or left out: training does
   * not see them.
   */
  static void checkSameData(Map<String, Object> before, DataSummary data) {
    if (before.get(DATA) instanceof Map<?, ?> then) {
      Map<String, Object> now = describe(data);
      for (Role role : Role.values()) {
        String name = role.name().toLowerCase(Locale.ROOT);
        if (then.get(name) instanceof Map<?, ?> was && now.get(name) instanceof Map<?, ?> is) {
          checkSame(role, was, is);
        }
      }
    }
    // All that the runs of earlier releases know.
    if (!before.getOrDefault("data-fingerprint", data.fingerprint()).equals(data.fingerprint())) {
      throw notResumed("the training data are not the ones it began with");
    }
  }

  private static void checkSame(Role role, Map<?, ?> was, Map<?, ?> is) {
    if (was.get(FINGERPRINT).equals(is.get(FINGERPRINT))) {
      return;
    }
    String then = was.get(ROWS) + " rows and " + was.get(SEQUENCES) + " sequences";
    String now = is.get(ROWS) + " rows and " + is.get(SEQUENCES) + " sequences";
    throw notResumed(
        "the "
            + role.noun()
            + " data ("
            + role.key()
            + ") are not the ones it began with: "
            + (then.equals(now)
                ? then + " as before, but others"
                : then + " then, " + now + " now"));
  }

  private static StoreException notResumed(String reason) {
    return new StoreException(
        "the run cannot be resumed: "
            + reason
            + "; give the same job and data, or begin a new run");
  }

  /** The lines that differ between two texts. */
  private static String difference(Object was, Object now) {
    List<String> before = new ArrayList<>(was.toString().lines().map(String::strip).toList());
    List<String> after = new ArrayList<>(now.toString().lines().map(String::strip).toList());
    List<String> common = new ArrayList<>(before);
    common.retainAll(after);
    before.removeAll(common);
    after.removeAll(common);
    return "was " + before + ", is " + after;
  }

  /** The metrics log of a run, without what an interrupted one wrote beyond its state. */
  static MetricsLog metrics(Directory directory, TrainingState state, int rounds) {
    if (state.epoch() == 0 && state.round() == 0) {
      return MetricsLog.create(directory, OutputDirectory.METRICS);
    }
    List<Map<String, Object>> before = MetricsLog.read(directory, OutputDirectory.METRICS);
    long kept = Checkpoints.recordsBefore(before, state, rounds);
    return MetricsLog.resume(directory, OutputDirectory.METRICS, kept);
  }

  /** The TensorBoard log of a run. */
  static TensorBoardLog events(OutputDirectory output, int position) {
    Directory directory = output.directory();
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost";
    }
    // A run that was killed before its first checkpoint begins anew beside the events it left.
    return output.resumed()
        ? TensorBoardLog.resume(directory, host, Clock.systemUTC(), position)
        : TensorBoardLog.create(directory, host, Clock.systemUTC());
  }

  /** Time that earlier processes spent on a run. */
  static double secondsBefore(Directory directory) {
    List<Map<String, Object>> records = MetricsLog.read(directory, OutputDirectory.METRICS);
    Object seconds = records.isEmpty() ? null : records.get(records.size() - 1).get("seconds");
    return seconds instanceof Number number ? number.doubleValue() : 0;
  }
}
