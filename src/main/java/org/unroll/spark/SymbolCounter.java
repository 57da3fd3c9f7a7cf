package org.unroll.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.unroll.data.BadRowPolicy;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import org.unroll.data.TokenRow;
import org.unroll.data.Vocabulary;
import scala.Tuple2;

/**
 * First pass over a task's rows: how often each symbol and label of the training data occurs, and
 * how many sequences there are. Its elements are summed by key; the key's first character tells
 * what is counted.
 */
final class SymbolCounter extends BatchIterator<Tuple2<String, Object>> {
  static final char INPUT = 'i';
  static final char TARGET = 't';

  /** Key of the account of rows, an {@link Intake}. */
  static final String INTAKE = "";

  private static final int BATCH_SYMBOLS = 500_000;

  private final RowCursor rows;
  private final boolean symbols;
  private final Map<String, long[]> inputs = new HashMap<>();
  private final Map<String, long[]> targets = new HashMap<>();
  private boolean ended;

  /**
   * @param symbols whether symbols are counted, not only rows and sequences
   */
  SymbolCounter(RowCursor rows, boolean symbols) {
    this.rows = rows;
    this.symbols = symbols;
  }

  @Override
  Iterator<Tuple2<String, Object>> nextBatch() {
    if (ended) {
      return null;
    }
    inputs.clear();
    targets.clear();
    while (inputs.size() < BATCH_SYMBOLS) {
      if (!rows.advance()) {
        ended = true;
        break;
      }
      TokenRow row = rows.row();
      if (symbols && rows.role() == Role.TRAIN) {
        count(inputs, row.tokens());
        count(targets, row.targets());
      }
      rows.used(rows.parser().shape().sequences(row));
    }
    Stream<Tuple2<String, Object>> counts =
        Stream.concat(pairs(INPUT, inputs), pairs(TARGET, targets));
    return ended
        ? Stream.concat(counts, Stream.of(new Tuple2<String, Object>(INTAKE, rows.intake())))
            .iterator()
        : counts.iterator();
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
    return (Long) a + (Long) b;
  }

  /**
   * Leaves out what cannot get into the vocabulary, so that the driver does not receive every word
   * that was ever mistyped.
   */
  static Iterator<Tuple2<String, Object>> prune(
      Iterator<Tuple2<String, Object>> counts, long minCount, int maxSize) {
    List<Tuple2<String, Object>> kept = new ArrayList<>();
    List<Map.Entry<String, Long>> symbols = new ArrayList<>();
    while (counts.hasNext()) {
      Tuple2<String, Object> next = counts.next();
      if (next._1().isEmpty() || next._1().charAt(0) != INPUT) {
        kept.add(next);
      } else if ((Long) next._2() >= minCount) {
        symbols.add(Map.entry(next._1(), (Long) next._2()));
      }
    }
    // Room for the special symbols, should they occur as tokens: they are left out later.
    long most = (long) maxSize + Vocabulary.Kind.FRAMED.specials().size();
    if (symbols.size() > most) {
      symbols.sort(Vocabulary.MOST_FREQUENT_FIRST);
      symbols = symbols.subList(0, (int) most);
    }
    for (Map.Entry<String, Long> symbol : symbols) {
      kept.add(new Tuple2<>(symbol.getKey(), symbol.getValue()));
    }
    return kept.iterator();
  }

  /** What the first pass found. */
  record Result(Map<String, Long> inputs, Map<String, Long> targets, Intake intake) {
    static Result of(List<Tuple2<String, Object>> counts) {
      Result result =
          new Result(new HashMap<>(), new HashMap<>(), new Intake(BadRowPolicy.QUARANTINE_ROWS));
      for (Tuple2<String, Object> each : counts) {
        if (each._1().equals(INTAKE)) {
          result.intake.merge((Intake) each._2());
        } else {
          Map<String, Long> to = each._1().charAt(0) == INPUT ? result.inputs : result.targets;
          to.put(each._1().substring(1), (Long) each._2());
        }
      }
      return result;
    }
  }
}
