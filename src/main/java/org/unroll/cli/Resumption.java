package org.unroll.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.unroll.config.Job;
import org.unroll.data.Columns;
import org.unroll.data.DataSummary;
import org.unroll.data.FeatureScaler;
import org.unroll.data.Role;
import org.unroll.report.MetricsLog;
import org.unroll.report.TensorBoardLog;
import org.unroll.store.CheckpointStore;
import org.unroll.store.Directory;
import org.unroll.store.HostName;
import org.unroll.store.OutputDirectory;
import org.unroll.store.ScalerJson;
import org.unroll.store.StoreException;
import org.unroll.text.Counts;
import org.unroll.train.TrainingState;

/** What it takes to go on with a run: the same job and data, and logs that end where it goes on. */
final class Resumption {
  /** Key of {@link #describe} in {@code run.json}. */
  static final String DATA = "data";

  /** Key of the job that a run began with, as far as it decides the result; and of data. */
  static final String FINGERPRINT = "fingerprint";

  private static final String ROWS = "rows";
  private static final String SEQUENCES = "sequences";

  /** Key of the scaling of features that a run took over from another model. */
  static final String SCALING = "scaling";

  private static final String TRAINING_DATA = "data-fingerprint";

  private Resumption() {}

  /** Whether a run has read its data, so that it is known how. */
  static boolean hasData(Map<String, Object> before) {
    return before.containsKey(TRAINING_DATA);
  }

  /** Scaling as {@code run.json} holds it. */
  static Map<String, Object> describe(Map<String, FeatureScaler> scaling) {
    Map<String, Object> described = new LinkedHashMap<>();
    scaling.forEach((input, scaler) -> described.put(input, ScalerJson.write(scaler)));
    return described;
  }

  /** The scaling that a run took over, which may no longer be where it was from. */
  static Map<String, FeatureScaler> scaling(Job job, Map<String, Object> before) {
    Map<String, FeatureScaler> scaling = new LinkedHashMap<>();
    for (int input = 0; input < job.data().inputs().size(); input++) {
      String key = Columns.key(input);
      if (before.get(SCALING) instanceof Map<?, ?> all && all.get(key) instanceof Map<?, ?> own) {
        int width = job.data().inputs().get(input).width();
        scaling.put(key, ScalerJson.read(own, width, OutputDirectory.RUN));
      }
    }
    return scaling;
  }

  /**
   * Refuses a job that would not give the same result; it may have more epochs where the rounds
   * before are the same.
   *
   * @return whether it has more epochs than before
   */
  static boolean checkSameJob(Job job, Map<String, Object> before) {
    String now = job.fingerprintText();
    Object was = before.getOrDefault(FINGERPRINT, now);
    if (was.equals(now)) {
      return false;
    }
    int epochs = job.training().epochs();
    int former = epochs(before);
    if (former < 1 || !was.equals(job.withEpochs(former).fingerprintText())) {
      throw notResumed("the job is not the one it began with: " + difference(was, now));
    }
    String change = "training.epochs was " + former + ", is " + epochs;
    if (epochs < former) {
      throw notResumed(change + "; it can be raised, not lowered");
    }
    if (job.training().dependsOnEpochs()) {
      throw notResumed(
          change
              + ", but rounds depend on how many there are: with schedule = cosine the learning"
              + " rate falls towards the last epoch, with average-rounds the last rounds are"
              + " averaged");
    }
    return true;
  }

  /** Epochs of the job that a run began with; 0 if unknown. */
  private static int epochs(Map<String, Object> before) {
    Object job = before.get("job");
    Object training = job instanceof Map<?, ?> map ? map.get("training") : null;
    Object epochs = training instanceof Map<?, ?> map ? map.get("epochs") : null;
    return epochs instanceof Long number && number == number.intValue() ? number.intValue() : 0;
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

  /** What tells data apart that lead to other states: test data do not. */
  static String identity(DataSummary data) {
    Map<Role, String> fingerprints = new EnumMap<>(data.fingerprints());
    fingerprints.remove(Role.TEST);
    return fingerprints.toString();
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
    if (!before.getOrDefault(TRAINING_DATA, data.fingerprint()).equals(data.fingerprint())) {
      throw notResumed("the training data are not the ones it began with");
    }
  }

  private static void checkSame(Role role, Map<?, ?> was, Map<?, ?> is) {
    if (was.get(FINGERPRINT).equals(is.get(FINGERPRINT))) {
      return;
    }
    String then = size(was);
    String now = size(is);
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

  private static String size(Map<?, ?> of) {
    return Counts.of(((Number) of.get(ROWS)).longValue(), "row")
        + " and "
        + Counts.of(((Number) of.get(SEQUENCES)).longValue(), "sequence");
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

  /**
   * Says that a run begins again at round 1 because it has no checkpoint to go on from. What
   * checkpoints there are must not be given up without a word, nor a finished run; what was never
   * saved is lost anyway.
   *
   * @param rejected checkpoints that cannot be used
   * @param finished whether training had ended
   * @param restart whether the user wants it in any case
   * @throws StoreException if something would be given up and the user did not say so
   */
  static void beginAgain(
      OutputDirectory output,
      List<CheckpointStore.Rejected> rejected,
      boolean finished,
      boolean restart,
      PrintStream out) {
    String place = output.checkpoints().location();
    String reason =
        rejected.isEmpty()
            ? "there is no checkpoint in " + place
            : rejected.size() == 1
                ? "the only checkpoint in " + place + " cannot be used"
                : "none of the " + rejected.size() + " checkpoints in " + place + " can be used";
    if ((finished || !rejected.isEmpty()) && !restart) {
      throw new StoreException(
          "the run cannot be resumed: "
              + reason
              + "; put back a good one, or give --restart as well to begin again at round 1 (its"
              + " metrics are kept aside)");
    }
    out.println("warning: beginning again at round 1: " + reason);
    Directory directory = output.directory();
    if (directory.exists(OutputDirectory.METRICS)
        && directory.length(OutputDirectory.METRICS) > 0) {
      String aside = output.setAside(OutputDirectory.METRICS);
      out.println("the metrics so far are kept in " + directory.location(aside));
    }
  }

  /** The records of a metrics log without those that training will write again. */
  static List<Map<String, Object>> kept(Directory directory, TrainingState state, int rounds) {
    List<Map<String, Object>> all = MetricsLog.read(directory, OutputDirectory.METRICS);
    return all.subList(0, Math.toIntExact(Checkpoints.recordsBefore(all, state, rounds)));
  }

  /**
   * The metrics log of a run.
   *
   * @param kept records that are not measured again
   */
  static MetricsLog metrics(OutputDirectory output, List<Map<String, Object>> kept) {
    return output.resumed()
        ? MetricsLog.resume(output.directory(), OutputDirectory.METRICS, kept.size())
        : MetricsLog.create(output.directory(), OutputDirectory.METRICS);
  }

  /**
   * The TensorBoard log of a run.
   *
   * @param kept records that are not measured again
   */
  static TensorBoardLog events(OutputDirectory output, List<Map<String, Object>> kept) {
    Directory directory = output.directory();
    // A run that was killed before its first checkpoint begins anew beside the events it left.
    return output.resumed()
        ? TensorBoardLog.resume(directory, HostName.get(), Clock.systemUTC(), kept)
        : TensorBoardLog.create(directory, HostName.get(), Clock.systemUTC());
  }

  /** Time that earlier processes spent on the rounds that are kept. */
  static double secondsBefore(List<Map<String, Object>> kept) {
    Object seconds = kept.isEmpty() ? null : kept.get(kept.size() - 1).get("seconds");
    return seconds instanceof Number number ? number.doubleValue() : 0;
  }
}
