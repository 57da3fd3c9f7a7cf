package org.unroll.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.unroll.config.Job;
import org.unroll.report.MetricsLog;
import org.unroll.report.TensorBoardLog;
import org.unroll.spark.Dataset;
import org.unroll.store.Directory;
import org.unroll.store.OutputDirectory;
import org.unroll.store.StoreException;
import org.unroll.train.TrainingState;

/** What it takes to go on with a run: the same job and data, and logs that end where it goes on. */
final class Resumption {
  private Resumption() {}

  /** Refuses a job that would not give the same result. */
  static void checkSameJob(Job job, Map<String, Object> before) {
    String now = job.fingerprintText();
    Object was = before.getOrDefault("fingerprint", now);
    if (!was.equals(now)) {
      throw notResumed("the job is not the one it began with: " + difference(was, now));
    }
  }

  /** Refuses other training data than the run began with. */
  static void checkSameData(Map<String, Object> before, Dataset dataset) {
    String now = dataset.summary().fingerprint();
    if (!before.getOrDefault("data-fingerprint", now).equals(now)) {
      throw notResumed("the training data are not the ones it began with");
    }
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
