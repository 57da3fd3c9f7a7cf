package org.unroll.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.unroll.data.BadRowPolicy;
import org.unroll.data.CharacterTokenizer;
import org.unroll.data.FeatureMoments;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import org.unroll.data.SymbolTotals;
import org.unroll.data.TargetCoding;
import org.unroll.data.TokenRow;
import org.unroll.data.Vocabulary;
import scala.Tuple2;

/**
 * First pass over a task's rows: how often each symbol and label of the training data occurs, and
 * how many sequences there are. Its elements are summed by key; the key's first character tells
 * what is counted.
 */
final class SymbolCounter extends BatchIterator<Tuple2<String, Object>> {
  static final char TARGET = 't';

  /** Labels of the rows that were chosen for validation. */
  static final char CHOSEN = 'v';

  /** The first field of symbols; the others follow. */
  static final char FIELDS = '\u1000';

  /** Key of the account of rows, an {@link Intake}. */
  static final String INTAKE = "";

  /** Keys of {@link SymbolTotals} begin with it; the character of the field follows. */
  static final String TOTALS = "s";

  /** Key of the sums of real values, {@link FeatureMoments}. */
  static final String MOMENTS = "m";

  /** Keys of the moments of real targets begin with it; the number of the value follows. */
  static final String TARGET_MOMENTS = "r";

  private static final CharacterTokenizer CHARACTERS = new CharacterTokenizer(false);
  private static final int BATCH_SYMBOLS = 500_000;

  private final RowCursor rows;
  private final boolean symbols;
  private final boolean characters;
  private final List<Map<String, long[]>> inputs = new ArrayList<>();
  private final FeatureMoments moments;
  private final List<FeatureMoments> values = new ArrayList<>();
  private final Map<String, long[]> targets = new HashMap<>();
  private final Map<String, long[]> chosen = new HashMap<>();
  private boolean ended;

  /**
   * @param symbols whether symbols are counted, not only rows and sequences
   * @param fields number of fields of symbols
   * @param characters whether the characters of the first field's words are counted as one more
   * @param features real values per step
   * @param values real values of a target
   */
  SymbolCounter(
      RowCursor rows, boolean symbols, int fields, boolean characters, int features, int values) {
    this.rows = rows;
    this.symbols = symbols;
    this.characters = characters;
    for (int f = 0; f < fields + (characters ? 1 : 0); f++) {
      inputs.add(new HashMap<>());
    }
    moments = new FeatureMoments(features);
    this.values.addAll(TargetCoding.moments(values));
  }

  @Override
  Iterator<Tuple2<String, Object>> nextBatch() {
    if (ended) {
      return null;
    }
    inputs.forEach(Map::clear);
    targets.clear();
    chosen.clear();
    while (inputs.stream().mapToInt(Map::size).sum() < BATCH_SYMBOLS) {
      if (!rows.advance()) {
        ended = true;
        break;
      }
      TokenRow row = rows.row();
      if (symbols && rows.role() == Role.TRAIN) {
        for (int f = 0; f < row.symbols().size(); f++) {
          count(inputs.get(f), row.symbols().get(f));
        }
        if (characters) {
          Map<String, long[]> counts = inputs.get(inputs.size() - 1);
          row.symbols().get(0).forEach(word -> count(counts, CHARACTERS.tokens(word)));
        }
        moments.add(row.features());
        count(targets, row.targets());
        TargetCoding.count(row.answers(), values);
      } else if (symbols && rows.role() == Role.VALID) {
        count(chosen, row.targets());
      }
      rows.used(rows.parser().shape().sequences(row));
    }
    Stream<Tuple2<String, Object>> counts =
        Stream.concat(pairs(TARGET, targets), pairs(CHOSEN, chosen));
    for (int f = 0; f < inputs.size(); f++) {
      counts = Stream.concat(counts, pairs((char) (FIELDS + f), inputs.get(f)));
    }
    return ended ? Stream.concat(counts, sums()).iterator() : counts.iterator();
  }

  private Stream<Tuple2<String, Object>> sums() {
    List<Tuple2<String, Object>> sums = new ArrayList<>();
    sums.add(new Tuple2<>(MOMENTS, moments));
    for (int i = 0; i < values.size(); i++) {
      sums.add(new Tuple2<>(TARGET_MOMENTS + i, values.get(i)));
    }
    sums.add(new Tuple2<>(INTAKE, rows.intake()));
    return sums.stream();
  }

  private static void count(Map<String, long[]> counts, List<String> tokens) {
    for (String token : tokens) {
      counts.computeIfAbsent(token, absent -> new long[1])[0]++;
    }
  }

  private static Stream<Tuple2<String, Object>> pairs(char kind, Map<String, long[]> counts) {
    return counts.entrySet().stream()
        .map(entry -> new Tuple2<>(kind + entry.getKey(), entry.getValue()[0]));
  }

  /** Adds two values of the same key. */
  static Object add(Object a, Object b) {
    if (a instanceof Intake to) {
      to.merge((Intake) b);
      return to;
    }
    if (a instanceof FeatureMoments to) {
      to.merge((FeatureMoments) b);
      return to;
    }
    return (Long) a + (Long) b;
  }

  /**
   * Leaves out what cannot get into the vocabulary, so that the driver does not receive every word
   * that was ever mistyped.
   *
   * @param minCounts of the fields of symbols
   */
  static Iterator<Tuple2<String, Object>> prune(
      Iterator<Tuple2<String, Object>> counts, int[] minCounts, int maxSize) {
    List<Tuple2<String, Object>> kept = new ArrayList<>();
    List<List<Map.Entry<String, Long>>> symbols = new ArrayList<>();
    SymbolTotals[] totals = new SymbolTotals[minCounts.length];
    Arrays.fill(totals, SymbolTotals.NONE);
    for (int f = 0; f < minCounts.length; f++) {
      symbols.add(new ArrayList<>());
    }
    while (counts.hasNext()) {
      Tuple2<String, Object> next = counts.next();
      int field = field(next._1());
      if (field < 0) {
        kept.add(next);
        continue;
      }
      totals[field] = totals[field].plus((Long) next._2());
      if ((Long) next._2() >= minCounts[field]) {
        symbols.get(field).add(Map.entry(next._1(), (Long) next._2()));
      }
    }
    for (int f = 0; f < totals.length; f++) {
      kept.add(new Tuple2<>(TOTALS + (char) (FIELDS + f), totals[f]));
    }
    for (List<Map.Entry<String, Long>> own : symbols) {
      own.sort(Vocabulary.MOST_FREQUENT_FIRST);
      for (Map.Entry<String, Long> symbol : own.subList(0, Math.min(maxSize, own.size()))) {
        kept.add(new Tuple2<>(symbol.getKey(), symbol.getValue()));
      }
    }
    return kept.iterator();
  }

  /** The field of symbols that a key is of, -1 if it is none of these. */
  private static int field(String key) {
    return key.isEmpty() || key.charAt(0) < FIELDS ? -1 : key.charAt(0) - FIELDS;
  }

  /**
   * What the first pass found.
   *
   * @param inputs counts of the symbols of each field
   * @param targets counts of the labels of training
   * @param chosen counts of the labels of validation
   * @param values moments of each real value of the targets of training
   */
  record Result(
      List<Map<String, Long>> inputs,
      SymbolTotals[] totals,
      Map<String, Long> targets,
      Map<String, Long> chosen,
      FeatureMoments moments,
      List<FeatureMoments> values,
      Intake intake) {
    static Result of(List<Tuple2<String, Object>> counts, int fields, int features, int values) {
      Result result =
          new Result(
              new ArrayList<>(),
              new SymbolTotals[fields],
              new HashMap<>(),
              new HashMap<>(),
              new FeatureMoments(features),
              TargetCoding.moments(values),
              new Intake(BadRowPolicy.QUARANTINE_ROWS));
      Arrays.fill(result.totals, SymbolTotals.NONE);
      for (int f = 0; f < fields; f++) {
        result.inputs.add(new HashMap<>());
      }
      for (Tuple2<String, Object> each : counts) {
        if (each._2() instanceof Intake intake) {
          result.intake.merge(intake);
        } else if (each._2() instanceof FeatureMoments moments) {
          boolean ofTarget = each._1().startsWith(TARGET_MOMENTS);
          int value =
              ofTarget ? Integer.parseInt(each._1().substring(TARGET_MOMENTS.length())) : -1;
          (ofTarget ? result.values.get(value) : result.moments).merge(moments);
        } else if (each._2() instanceof SymbolTotals totals) {
          int field = field(each._1().substring(1));
          result.totals[field] = result.totals[field].plus(totals);
        } else {
          result.counts(each._1()).put(each._1().substring(1), (Long) each._2());
        }
      }
      return result;
    }

    private Map<String, Long> counts(String key) {
      int field = field(key);
      if (field >= 0) {
        return inputs.get(field);
      }
      return key.charAt(0) == CHOSEN ? chosen : targets;
    }
  }
}
