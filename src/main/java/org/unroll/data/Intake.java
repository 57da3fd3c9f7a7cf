package org.unroll.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What became of the rows that were read; {@code read = used + empty + rejected} for each role. It
 * can be merged in any order and grouping, and travels with results: accumulators count a repeated
 * task twice.
 */
public final class Intake implements Serializable {
  private static final long serialVersionUID = 1;

  /** As many labels that are not known are kept to be shown. */
  private static final int SHOWN = 3;

  private final int keep;
  private final Counts[] counts = new Counts[Role.values().length];
  private List<Reject> rejects = new ArrayList<>();

  /**
   * @param keep the most rejected rows kept; the first by place
   */
  public Intake(int keep) {
    this.keep = keep;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new Counts();
    }
  }

  /** Counts of one role. */
  public static final class Counts implements Serializable {
    private static final long serialVersionUID = 1;
    private long read;
    private long used;
    private long empty;
    private long emptyLabelled;
    private long truncated;
    private long sequences;
    private final TreeMap<String, Long> rejected = new TreeMap<>();
    private final TreeSet<String> unknownLabels = new TreeSet<>();

    /** Rows, headers not counted. */
    public long read() {
      return read;
    }

    /** Rows that became sequences. */
    public long used() {
      return used;
    }

    /** Rows without input. */
    public long empty() {
      return empty;
    }

    /** Empty rows that have a label all the same. */
    public long emptyLabelled() {
      return emptyLabelled;
    }

    /** Rows of which only the beginning is used; among the used ones. */
    public long truncated() {
      return truncated;
    }

    /** Sequences that the used rows became. */
    public long sequences() {
      return sequences;
    }

    /** Rejected rows by reason. */
    public Map<String, Long> reasons() {
      return Collections.unmodifiableMap(rejected);
    }

    /** The first few, in the order of their text, of the labels that are not in the vocabulary. */
    public List<String> unknownLabels() {
      return List.copyOf(unknownLabels);
    }

    private void unknown(Collection<String> labels) {
      unknownLabels.addAll(labels);
      while (unknownLabels.size() > SHOWN) {
        unknownLabels.pollLast();
      }
    }

    /** Rejected rows. */
    public long rejected() {
      return rejected.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The account in words, such as {@code 10 rows read = 7 used + 2 empty (1 with a label) + 1
     * rejected (1 tags-differ)}.
     */
    public String describe() {
      String labelled =
          emptyLabelled == 0
              ? ""
              : String.format(Locale.ROOT, " (%,d with a label)", emptyLabelled);
      String reasons = rejected.isEmpty() ? "" : " (" + describe(rejected) + ")";
      return String.format(
          Locale.ROOT,
          "%,d %s read = %,d used + %,d empty%s + %,d rejected%s",
          read,
          read == 1 ? "row" : "rows",
          used,
          empty,
          labelled,
          rejected(),
          reasons);
    }

    private static String describe(Map<String, Long> reasons) {
      return reasons.entrySet().stream()
          .map(entry -> entry.getValue() + " " + entry.getKey())
          .collect(Collectors.joining(", "));
    }
  }

  public Counts counts(Role role) {
    return counts[role.ordinal()];
  }

  /** Rows of all roles. */
  public long read() {
    long sum = 0;
    for (Counts each : counts) {
      sum += each.read;
    }
    return sum;
  }

  /**
   * The reasons for which rows of any role were rejected, such as {@code 1 no-label, 2 too-long}.
   */
  public String reasons() {
    TreeMap<String, Long> all = new TreeMap<>();
    for (Counts each : counts) {
      each.rejected.forEach((reason, n) -> all.merge(reason, n, Long::sum));
    }
    return Counts.describe(all);
  }

  /** Rejected rows of all roles. */
  public long rejected() {
    long sum = 0;
    for (Counts each : counts) {
      sum += each.rejected();
    }
    return sum;
  }

  /** The first rejected rows by place, as many as are kept. */
  public List<Reject> rejects() {
    return Collections.unmodifiableList(rejects);
  }

  public void used(Role role, long sequences, boolean truncated) {
    Counts of = counts(role);
    of.read++;
    of.used++;
    of.sequences += sequences;
    of.truncated += truncated ? 1 : 0;
  }

  /**
   * Counts a row without input.
   *
   * @param labelled whether it has a label
   */
  public void empty(Role role, boolean labelled) {
    Counts of = counts(role);
    of.read++;
    of.empty++;
    of.emptyLabelled += labelled ? 1 : 0;
  }

  /** Takes note of labels of used rows that are not in the vocabulary. */
  public void unknownLabels(Role role, Collection<String> labels) {
    counts(role).unknown(labels);
  }

  /** Counts a rejected row. */
  public void rejected(Reject reject) {
    Counts of = counts(reject.role());
    of.read++;
    of.rejected.merge(reject.reason(), 1L, Long::sum);
    rejects.add(reject);
    if (rejects.size() > 2L * keep) {
      trim();
    }
  }

  /** Adds what another part of the data became. */
  public void merge(Intake other) {
    for (int i = 0; i < counts.length; i++) {
      Counts to = counts[i];
      Counts from = other.counts[i];
      to.read += from.read;
      to.used += from.used;
      to.empty += from.empty;
      to.emptyLabelled += from.emptyLabelled;
      to.truncated += from.truncated;
      to.sequences += from.sequences;
      to.unknown(from.unknownLabels);
      from.rejected.forEach((reason, count) -> to.rejected.merge(reason, count, Long::sum));
    }
    rejects.addAll(other.rejects);
    trim();
  }

  private void trim() {
    rejects.sort(Reject.BY_PLACE);
    if (rejects.size() > keep) {
      rejects = new ArrayList<>(rejects.subList(0, keep));
    }
  }
}
