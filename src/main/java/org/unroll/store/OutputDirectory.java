package org.unroll.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory of one run, locked while this process writes to it.
 *
 * <p>A run is recognised by its {@code run.json}, which is there from the first moment. Nothing
 * that existed is overwritten unless asked, and then only what a run writes, and only beside such a
 * file: {@code --overwrite} with a wrong path deletes nothing.
 */
public final class OutputDirectory implements AutoCloseable {
  /** The job as resolved, versions, results. */
  public static final String RUN = "run.json";

  /** One JSON object per line. */
  public static final String METRICS = "metrics.jsonl";

  /** The picture of the run. */
  public static final String REPORT = "report.html";

  /** Key of {@link #RUN} with all attempts at the run, those too that came to nothing. */
  public static final String ATTEMPTS = "attempts";

  /** Key of {@link #RUN} with the time of the first attempt, there once it trains. */
  public static final String STARTED = "started";

  private static final String MODEL = "model";
  private static final String CHECKPOINTS = "checkpoints";
  private static final String REJECTED = "rejected";
  private static final String EVENTS_PREFIX = "events.out.tfevents.";
  private static final Set<String> OURS = Set.of(MODEL, CHECKPOINTS, REJECTED, METRICS, REPORT);
  private static final String ASIDE = "-before-";
  private static final Pattern ASIDE_NAME =
      Pattern.compile(METRICS.replace(".", ASIDE + "[0-9]+\\."));
  private static final String WRITTEN_BY = "written-by";
  private static final String UNROLL = "unroll";

  /** What to do with a run that is there already, unless it ended before it began to train. */
  public enum Existing {
    /** It stays, and this run does not begin. */
    REFUSE,
    /** What it wrote is deleted. */
    OVERWRITE,
    /** This run goes on where it stopped; without one that began to train a new run begins. */
    RESUME
  }

  private final Directory directory;
  private final RunLock lock;
  private final boolean resumed;

  /** Where this process made the directory; empty if the user named it. */
  private final Optional<Directory> runs;

  private OutputDirectory(
      Directory directory, RunLock lock, boolean resumed, Optional<Directory> runs) {
    this.directory = directory;
    this.lock = lock;
    this.resumed = resumed;
    this.runs = runs;
  }

  /**
   * A fresh directory {@code <job>-<n>}; of two processes each gets its own.
   *
   * @param runs the directory above, usually {@code runs}; created if need be
   * @param job name of the job; what does not fit into a file name becomes a hyphen
   * @throws StoreException if it cannot be written
   */
  public static OutputDirectory fresh(Directory runs, String job) {
    runs.create();
    String name = fileName(job);
    long number = numbers(runs, name).stream().mapToLong(Long::longValue).max().orElse(0);
    Directory directory;
    do {
      number++;
      directory = runs.child(name + "-" + number);
    } while (!directory.createNew());
    return begin(directory, RunLock.acquire(directory), Optional.of(runs));
  }

  /**
   * The newest directory that {@link #fresh} made for a job and whose run began to train, if there
   * is one: what failed before that left nothing to go on with.
   */
  public static Optional<Directory> newest(Directory runs, String job) {
    String name = fileName(job);
    return numbers(runs, name).stream()
        .sorted(Comparator.reverseOrder())
        .map(number -> runs.child(name + "-" + number))
        .filter(directory -> holdsRun(directory) && !isBlank(directory))
        .findFirst();
  }

  /**
   * The directory the user named.
   *
   * @param directory created if need be
   * @throws StoreException if it holds a run and {@code existing} refuses it, if it holds anything
   *     else, if another process writes to it, or if it cannot be written
   */
  public static OutputDirectory open(Directory directory, Existing existing) {
    // Before the lock too: nothing is written into a directory that is not for us.
    check(directory, existing);
    directory.create();
    RunLock lock = RunLock.acquire(directory);
    try {
      check(directory, existing);
      if (!holdsRun(directory)) {
        return begin(directory, lock, Optional.empty());
      }
      if (existing == Existing.RESUME) {
        return new OutputDirectory(directory, lock, !isBlank(directory), Optional.empty());
      }
      if (existing == Existing.OVERWRITE) {
        deleteRun(directory);
      }
      return begin(directory, lock, Optional.empty());
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private static OutputDirectory begin(
      Directory directory, RunLock lock, Optional<Directory> runs) {
    var output = new OutputDirectory(directory, lock, false, runs);
    output.writeRun(Map.of());
    return output;
  }

  private static void check(Directory directory, Existing existing) {
    List<String> content = content(directory);
    if (content.isEmpty()) {
      return;
    }
    if (!holdsRun(directory)) {
      throw StoreException.of(
          "output.dir must be new, empty or hold a run (" + RUN + ")",
          String.join(", ", content.subList(0, Math.min(5, content.size())))
              + (content.size() > 5 ? ", …" : ""),
          directory.location(),
          "choose another output.dir");
    }
    if (existing == Existing.REFUSE && !isBlank(directory)) {
      throw StoreException.of(
          "output.dir must not hold a run already",
          RUN,
          directory.location(),
          "choose another output.dir, --resume to go on with it, or --overwrite to delete it");
    }
  }

  /** Names that are neither locks nor what a killed process left half-written. */
  private static List<String> content(Directory directory) {
    var names = new ArrayList<String>();
    for (Directory.Entry entry : directory.list()) {
      if (!RunLock.isLockFile(entry.name()) && !Directory.isTemporary(entry.name())) {
        names.add(entry.name());
      }
    }
    return names;
  }

  private static boolean holdsRun(Directory directory) {
    if (!directory.exists(RUN)) {
      return false;
    }
    return UNROLL.equals(Json.readObject(directory, RUN).get(WRITTEN_BY));
  }

  /** Whether a run ended before it began to train: whoever mends a path may call again. */
  private static boolean isBlank(Directory directory) {
    Set<String> keys = Json.readObject(directory, RUN).keySet();
    return keys.equals(Set.of(WRITTEN_BY)) || (keys.contains(ATTEMPTS) && !keys.contains(STARTED));
  }

  /** Deletes what a run wrote, {@code run.json} last: a half-deleted run is still one. */
  private static void deleteRun(Directory directory) {
    for (Directory.Entry entry : directory.list()) {
      String name = entry.name();
      if (OURS.contains(name)
          || name.startsWith(EVENTS_PREFIX)
          || ASIDE_NAME.matcher(name).matches()
          || Directory.isTemporary(name)) {
        directory.delete(name);
      }
    }
    directory.delete(RUN);
  }

  private static String fileName(String job) {
    String name = job.replaceAll("[^\\p{L}\\p{N}._-]", "-");
    return name.isEmpty() || name.startsWith(".") ? "job" + name : name;
  }

  private static List<Long> numbers(Directory runs, String name) {
    Pattern pattern = Pattern.compile(Pattern.quote(name) + "-([0-9]{1,18})");
    var numbers = new ArrayList<Long>();
    for (Directory.Entry entry : runs.list()) {
      Matcher matcher = pattern.matcher(entry.name());
      if (matcher.matches()) {
        numbers.add(Long.parseLong(matcher.group(1)));
      }
    }
    return numbers;
  }

  /** The directory itself. */
  public Directory directory() {
    return directory;
  }

  /** Where the best model goes. */
  public Directory model() {
    return directory.child(MODEL);
  }

  /** Where checkpoints go. */
  public Directory checkpoints() {
    return directory.child(CHECKPOINTS);
  }

  /** Where rejected rows go. */
  public Directory rejected() {
    return directory.child(REJECTED);
  }

  /**
   * Renames a file that this run will write anew, so that nothing in it is lost.
   *
   * @param file its name
   * @return its new name: {@code metrics.jsonl} becomes {@code metrics-before-1.jsonl}
   * @throws StoreException if there is no such file
   */
  public String setAside(String file) {
    int dot = file.lastIndexOf('.');
    String aside;
    int number = 0;
    do {
      number++;
      aside = file.substring(0, dot) + ASIDE + number + file.substring(dot);
    } while (directory.exists(aside));
    directory.rename(file, aside);
    return aside;
  }

  /** Whether the directory held a run that this one continues. */
  public boolean resumed() {
    return resumed;
  }

  /**
   * Writes {@code run.json} anew.
   *
   * @param run values as {@link JsonText} writes them
   */
  public void writeRun(Map<String, ?> run) {
    var marked = new LinkedHashMap<String, Object>();
    marked.put(WRITTEN_BY, UNROLL);
    marked.putAll(run);
    marked.put(WRITTEN_BY, UNROLL);
    Json.write(directory, RUN, marked);
  }

  /** What {@code run.json} holds. */
  public Map<String, Object> readRun() {
    return Json.readObject(directory, RUN);
  }

  /**
   * Deletes a directory that {@link #fresh} made if the run did not begin to train and left nothing
   * in it; otherwise does nothing.
   */
  public void abandon() {
    if (runs.isPresent() && content(directory).equals(List.of(RUN)) && isBlank(directory)) {
      runs.get().delete(directory.name());
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    lock.close();
  }
}
