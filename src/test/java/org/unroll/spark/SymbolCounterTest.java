package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.unroll.data.SymbolTotals;
import scala.Tuple2;

class SymbolCounterTest {
  private static final char FIRST = SymbolCounter.FIELDS;
  private static final char SECOND = FIRST + 1;

  private static Tuple2<String, Object> count(char field, String symbol, long count) {
    return new Tuple2<>(field + symbol, count);
  }

  /** What is left out is known by its sums, from whatever partitions they come. */
  @Test
  void totalsAreOfAllSymbols() {
    List<Tuple2<String, Object>> counts =
        List.of(
            count(FIRST, "a", 5),
            count(FIRST, "b", 2),
            count(SECOND, "x", 1),
            count(SymbolCounter.TARGET, "yes", 8),
            count(FIRST, "c", 1));
    int[] minCounts = {2, 2};
    for (int cut = 0; cut <= counts.size(); cut++) {
      List<Tuple2<String, Object>> arrived = new ArrayList<>();
      for (var part : List.of(counts.subList(0, cut), counts.subList(cut, counts.size()))) {
        SymbolCounter.prune(part.iterator(), minCounts, 10).forEachRemaining(arrived::add);
      }
      SymbolCounter.Result result = SymbolCounter.Result.of(arrived, 2, 0, 0);
      assertEquals(new SymbolTotals(8, 3, 5), result.totals()[0]);
      assertEquals(new SymbolTotals(1, 1, 1), result.totals()[1]);
      assertEquals(List.of(Map.of("a", 5L, "b", 2L), Map.of()), result.inputs());
      assertEquals(Map.of("yes", 8L), result.targets());
    }
  }
}
