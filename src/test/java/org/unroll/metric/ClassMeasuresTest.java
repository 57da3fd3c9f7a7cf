package org.unroll.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.data.Example;

class ClassMeasuresTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  private static double value(Measures measures, String metric) {
    return measures.metrics().stream()
        .filter(each -> each.name().equals(metric))
        .mapToDouble(each -> measures.value(each, 0.5))
        .findFirst()
        .orElseThrow();
  }

  /** A block of two sequences, of two and of one step. */
  private static Block block(boolean perStep, int[] first, int[] second) {
    Shard shard =
        Shard.of(
            0,
            List.of(
                new Example(1, new int[] {0, 0}, first), new Example(2, new int[] {0}, second)));
    Block block = new Block();
    int longer = shard.length(0) == 2 ? 0 : 1;
    block.fill(shard, new int[] {longer, 1 - longer}, 0, 2, perStep);
    return block;
  }

  /** Values of scikit-learn 1.7: f1_score, precision_score and recall_score, average="macro". */
  @Test
  void labels() {
    ClassMeasures measures = new ClassMeasures(new ClassNames(ClassNames.Kind.LABELS, NAMES));
    int[][] pairs = {{0, 0}, {0, 1}, {1, 1}, {1, 1}};
    for (int[] pair : pairs) {
      Block block = block(false, new int[] {pair[0]}, new int[] {pair[0]});
      measures.add(block, new int[] {pair[1], pair[1]});
    }
    assertEquals(0.75, value(measures, "accuracy"));
    assertEquals((2 / 3.0 + 0.8) / 2, value(measures, "macro-f1"), 1e-15);
    assertEquals((1 + 2 / 3.0) / 2, value(measures, "macro-precision"), 1e-15);
    assertEquals((0.5 + 1) / 2, value(measures, "macro-recall"), 1e-15);
    assertEquals(Math.exp(0.5), value(measures, "perplexity"), 1e-15);
    Map<?, ?> classes = (Map<?, ?>) measures.details().get("classes");
    assertEquals(List.copyOf(classes.keySet()), NAMES);
    assertEquals(
        "[[2, 2, 0], [0, 4, 0], [0, 0, 0]]", measures.details().get("confusion").toString());
  }

  /** An unseen label is wrong whatever is predicted, and a false positive of that class. */
  @Test
  void unseenLabels() {
    ClassMeasures measures = new ClassMeasures(new ClassNames(ClassNames.Kind.LABELS, NAMES));
    measures.add(block(false, new int[] {0}, new int[] {-1}), new int[] {0, 0});
    assertEquals(0.5, value(measures, "accuracy"));
    assertEquals(0.5, value(measures, "macro-precision"));
    assertEquals(1, value(measures, "macro-recall"));
  }

  @Test
  void tags() {
    ClassNames names = new ClassNames(ClassNames.Kind.TAGS, List.of("O", "B-x", "I-x"));
    ClassMeasures measures = new ClassMeasures(names);
    Block block = block(true, new int[] {1, 2}, new int[] {1});
    int lanes = block.timeline().lanes();
    int[] predicted = new int[2 * lanes];
    predicted[0] = 1;
    predicted[lanes] = 2;
    predicted[1] = 0;
    measures.add(block, predicted);
    assertEquals(2 / 3.0, value(measures, "accuracy"));
    assertEquals(0.5, value(measures, "exact"));
    assertEquals(2 / 3.0, value(measures, "entity-f1"));
    assertEquals("conlleval", measures.details().get("entity-mode"));
    ClassMeasures both = new ClassMeasures(names);
    both.add(measures);
    both.add(measures);
    assertEquals(2 / 3.0, value(both, "entity-f1"));
    assertEquals(0.5, value(both, "exact"));
  }

  @Test
  void symbols() {
    ClassMeasures measures = new ClassMeasures(new ClassNames(ClassNames.Kind.CHARACTERS, NAMES));
    measures.count(1, 4);
    assertEquals(0.25, value(measures, "accuracy"));
    assertEquals(0.5 / Math.log(2), value(measures, "bits-per-character"), 1e-15);
    assertTrue(measures.headline().isEmpty());
  }

  /** Symbols have no names: neither scores of each nor a matrix. */
  @Test
  void predictionsOfCharacters() {
    ClassMeasures measures =
        new ClassMeasures(new ClassNames(ClassNames.Kind.CHARACTERS, List.of()));
    Block block = block(true, new int[] {1, 2}, new int[] {1});
    measures.add(block, new int[2 * block.timeline().lanes()]);
    assertEquals(0, value(measures, "accuracy"));
    assertEquals(Map.of(), measures.details());
  }
}
