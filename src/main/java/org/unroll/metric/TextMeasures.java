package org.unroll.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.unroll.batch.Block;

/**
 * Predictions of texts: the error rate, which is the word or character error rate, as symbols are
 * words or characters, and how many texts are right as a whole. A symbol that training never saw
 * counts as one that no answer has.
 */
public final class TextMeasures implements Measures {
  private static final long serialVersionUID = 1;

  private static final Metric ERROR_RATE = new Metric("error-rate", false, Metric.Unit.SHARE);
  private static final Metric EXACT = Metric.share("exact");

  private long errors;
  private long symbols;
  private long exact;
  private long texts;
  private transient EditDistance distance;

  @Override
  public List<Metric> metrics() {
    return List.of(ERROR_RATE, EXACT);
  }

  @Override
  public double value(Metric metric, double loss) {
    if (texts == 0) {
      return Double.NaN;
    }
    return switch (metric.name()) {
      // Over nothing but empty texts each symbol of an answer is an error.
      case "error-rate" -> (double) errors / Math.max(1, symbols);
      case "exact" -> (double) exact / texts;
      default -> throw new IllegalArgumentException("no such metric: " + metric.name());
    };
  }

  /**
   * Counts an answer.
   *
   * @param block with the right text
   * @param lane of it
   * @param answer the symbols of another text
   * @param length of that
   */
  public void add(Block block, int lane, int[] answer, int length) {
    if (distance == null) {
      distance = new EditDistance();
    }
    int wrong = distance.between(block, lane, answer, length);
    errors += wrong;
    symbols += block.textLength(lane);
    exact += wrong == 0 ? 1 : 0;
    texts++;
  }

  @Override
  public void add(Measures other) {
    TextMeasures part = (TextMeasures) other;
    errors += part.errors;
    symbols += part.symbols;
    exact += part.exact;
    texts += part.texts;
  }

  @Override
  public Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("errors", errors);
    details.put("target-symbols", symbols);
    details.put("exact-sequences", exact);
    details.put("sequences", texts);
    return details;
  }
}
