package org.unroll.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.unroll.report.Curve.Point;

/** The records of {@code metrics.jsonl}, as curves over the epochs or rounds of a run. */
final class RunMetrics {
  /** From so many epochs on, they are what the horizontal axis counts. */
  private static final int EPOCHS = 2;

  private static final Comparator<Map<String, Object>> BY_LOSS =
      Comparator.comparingDouble(record -> number(record, "valid-loss").orElse(Double.NaN));

  private final List<Map<String, Object>> records;
  private final boolean rounds;
  private final double perEpoch;

  /**
   * @param roundsPerEpoch what {@code run.json} says; null if it says nothing
   */
  RunMetrics(List<Map<String, Object>> records, Object roundsPerEpoch) {
    this.records = records;
    rounds = records.stream().anyMatch(record -> record.containsKey(MetricsLog.ROUND));
    double each = roundsPerEpoch instanceof Number number ? number.doubleValue() : 0;
    perEpoch = rounds && each > 0 && last(MetricsLog.ROUND) >= EPOCHS * each ? each : 0;
  }

  /** What the horizontal axis counts. */
  String horizontal() {
    return rounds && perEpoch == 0 ? MetricsLog.ROUND : MetricsLog.EPOCH;
  }

  /** Where the horizontal axis ends. */
  double end() {
    return rounds ? at(last(MetricsLog.ROUND)) : last(MetricsLog.EPOCH);
  }

  /** Where a round stands on the horizontal axis. */
  double at(double round) {
    return perEpoch > 0 ? round / perEpoch : round;
  }

  /** The greatest value of a counter; 1 if nothing has one. */
  private double last(String key) {
    return records.stream().flatMapToDouble(record -> number(record, key).stream()).max().orElse(1);
  }

  /** The finite values of a metric, in order. */
  List<Point> points(String key) {
    return points(record -> record.get(key));
  }

  /** The finite values of a metric in records of one kind, in order. */
  List<Point> points(String kind, String key) {
    return points(record -> isPoint(kind, key, record) ? record.get(key) : null);
  }

  /** Whether a record is one of {@link #points(String, String)}. */
  boolean isPoint(String kind, String key, Map<String, Object> record) {
    return kind.equals(record.get("kind"))
        && number(record, key).isPresent()
        && place(record).isPresent();
  }

  /** The finite values that a function finds in the records, in order. */
  List<Point> points(Function<Map<String, Object>, Object> value) {
    var points = new ArrayList<Point>();
    for (Map<String, Object> record : records) {
      OptionalDouble x = place(record);
      if (x.isPresent()
          && value.apply(record) instanceof Number y
          && Double.isFinite(y.doubleValue())) {
        points.add(new Point(x.getAsDouble(), y.doubleValue(), hint(record)));
      }
    }
    return points;
  }

  /** Where a record stands on the horizontal axis. */
  OptionalDouble place(Map<String, Object> record) {
    OptionalDouble count = number(record, rounds ? MetricsLog.ROUND : MetricsLog.EPOCH);
    return rounds && count.isPresent() ? OptionalDouble.of(at(count.getAsDouble())) : count;
  }

  /**
   * The record of the model that was saved: the last one that calls itself the best; where none
   * does, that of the least validation loss; without validation data, that of the last epoch.
   */
  Optional<Map<String, Object>> best() {
    return records.stream()
        .filter(record -> Boolean.TRUE.equals(record.get("best")))
        .reduce((former, later) -> later)
        .or(
            () ->
                records.stream()
                    .filter(record -> number(record, "valid-loss").isPresent())
                    .min(BY_LOSS))
        .or(() -> judged().stream().reduce((former, later) -> later));
  }

  /** The records of epochs and of validations within them, in order. */
  List<Map<String, Object>> judged() {
    return records.stream()
        .filter(
            record ->
                "epoch".equals(record.get("kind")) || number(record, "valid-loss").isPresent())
        .toList();
  }

  /** All records, in order. */
  List<Map<String, Object>> records() {
    return records;
  }

  /** A finite number of a record. */
  static OptionalDouble number(Map<?, ?> record, String key) {
    return record.get(key) instanceof Number value && Double.isFinite(value.doubleValue())
        ? OptionalDouble.of(value.doubleValue())
        : OptionalDouble.empty();
  }

  /** Epoch and round of a record, such as {@code epoch 2, round 20}. */
  static String hint(Map<String, Object> record) {
    var hint = new ArrayList<String>();
    for (String key : List.of(MetricsLog.EPOCH, MetricsLog.ROUND)) {
      number(record, key).ifPresent(value -> hint.add(key + " " + Html.number(value)));
    }
    return String.join(", ", hint);
  }
}
