package org.unroll.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.unroll.data.SplitSummary;
import org.unroll.data.Vocabulary;

/** How often each label occurs in the training data. */
final class LabelCounts {
  private LabelCounts() {}

  /** The labels by falling count; equal ones in their own order. */
  static List<Integer> order(SplitSummary train) {
    long[] counts = train.targetCounts();
    return IntStream.range(0, counts.length)
        .boxed()
        .sorted(Comparator.comparingLong((Integer label) -> counts[label]).reversed())
        .toList();
  }

  /** Objects with {@code label} and {@code count}, the most frequent label first. */
  static List<Object> figures(SplitSummary train, Vocabulary labels) {
    List<Object> figures = new ArrayList<>();
    for (int label : order(train)) {
      figures.add(
          new Figures()
              .put("label", labels.token(label))
              .put("count", train.targetCounts()[label])
              .map());
    }
    return figures;
  }
}
