package org.unroll.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.unroll.batch.Block;

/**
 * Predictions of one class for each target: labels of sequences, tags of steps, next symbols. A
 * target that training never saw counts as a wrong one.
 */
public final class ClassMeasures implements Measures {
  private static final long serialVersionUID = 1;

  private static final Metric EXACT = Metric.share("exact");
  private static final Metric MACRO_F1 = Metric.share("macro-f1");
  private static final Metric MACRO_PRECISION = Metric.share("macro-precision");
  private static final Metric MACRO_RECALL = Metric.share("macro-recall");
  private static final Metric ENTITY_F1 = Metric.share("entity-f1");
  private static final Metric ENTITY_PRECISION = Metric.share("entity-precision");
  private static final Metric ENTITY_RECALL = Metric.share("entity-recall");
  private static final Metric PERPLEXITY = new Metric("perplexity", false, Metric.Unit.NUMBER);
  private static final Metric BITS_PER_CHARACTER =
      new Metric("bits-per-character", false, Metric.Unit.NUMBER);

  private final ClassNames names;
  private final ConfusionMatrix confusion;
  private final EntityCounts entities;
  private long correct;
  private long targets;
  private long exact;
  private long sequences;

  /** The sequence under way in each lane, where sequences are judged as a whole. */
  private transient List<TagSequence> lanes;

  /** Nothing measured yet. */
  public ClassMeasures(ClassNames names) {
    this.names = names;
    boolean matrix = needsPredictions() && names.names().size() <= ConfusionMatrix.MOST_CLASSES;
    confusion = matrix ? new ConfusionMatrix(names.names().size()) : null;
    entities = names.scheme().map(EntityCounts::new).orElse(null);
  }

  @Override
  public List<Metric> metrics() {
    return metrics(names);
  }

  /** The metrics of predictions of these classes. */
  public static List<Metric> metrics(ClassNames names) {
    List<Metric> metrics = new ArrayList<>();
    if (names.scheme().isPresent()) {
      metrics.addAll(List.of(ENTITY_F1, ENTITY_PRECISION, ENTITY_RECALL));
    }
    metrics.add(Metric.ACCURACY);
    switch (names.kind()) {
      case LABELS -> metrics.addAll(List.of(MACRO_F1, MACRO_PRECISION, MACRO_RECALL));
      case TAGS -> metrics.addAll(List.of(EXACT, MACRO_F1, MACRO_PRECISION, MACRO_RECALL));
      case SYMBOLS -> {}
      case CHARACTERS -> metrics.add(BITS_PER_CHARACTER);
    }
    metrics.add(PERPLEXITY);
    return metrics;
  }

  @Override
  public List<Metric> headline() {
    return switch (names.kind()) {
      case LABELS -> List.of(Metric.ACCURACY);
      case TAGS ->
          entities == null ? List.of(Metric.ACCURACY) : List.of(Metric.ACCURACY, ENTITY_F1);
      // How many next symbols are guessed right says little of a text.
      case SYMBOLS, CHARACTERS -> List.of();
    };
  }

  @Override
  public double value(Metric metric, double loss) {
    return switch (metric.name()) {
      case "accuracy" -> (double) correct / targets;
      case "exact" -> (double) exact / sequences;
      case "macro-f1" -> confusion == null ? Double.NaN : confusion.hits().macroF1();
      case "macro-precision" -> confusion == null ? Double.NaN : confusion.hits().macroPrecision();
      case "macro-recall" -> confusion == null ? Double.NaN : confusion.hits().macroRecall();
      case "entity-f1" -> entities.f1();
      case "entity-precision" -> entities.precision();
      case "entity-recall" -> entities.recall();
      case "perplexity" -> StrictMath.exp(loss);
      case "bits-per-character" -> loss / StrictMath.log(2);
      default -> throw new IllegalArgumentException("no such metric: " + metric.name());
    };
  }

  /**
   * Whether more than the number of right predictions is wanted, so that {@link #add(Block, int[])}
   * must be called; else {@link #count} will do.
   */
  public boolean needsPredictions() {
    return names.kind() == ClassNames.Kind.LABELS || names.kind() == ClassNames.Kind.TAGS;
  }

  /** Counts targets of which so many were predicted right. */
  public void count(long right, long of) {
    correct += right;
    targets += of;
  }

  /**
   * Counts the predictions of a block, or of a window of it.
   *
   * @param block with the targets
   * @param predicted classes, placed as the block's targets
   */
  public void add(Block block, int[] predicted) {
    int lanesOfBlock = block.timeline().lanes();
    for (int lane = 0; lane < block.size(); lane++) {
      int of = block.targetPerStep() ? block.length(lane) : 1;
      TagSequence sequence = names.kind() == ClassNames.Kind.TAGS ? sequence(block, lane) : null;
      for (int t = 0; t < of; t++) {
        int target = block.targets()[t * lanesOfBlock + lane];
        int answer = predicted[t * lanesOfBlock + lane];
        count(target == answer ? 1 : 0, 1);
        if (confusion != null) {
          confusion.add(target, answer);
        }
        if (sequence != null) {
          sequence.add(target, answer);
        }
      }
      if (sequence != null && block.ends(lane)) {
        sequences++;
        exact += sequence.isRight() ? 1 : 0;
        if (entities != null) {
          entities.add(sequence.targets(), sequence.answers(), sequence.length());
        }
      }
    }
  }

  /** The sequence of a lane, which may have begun in the window before. */
  private TagSequence sequence(Block block, int lane) {
    if (lanes == null) {
      lanes = new ArrayList<>();
    }
    while (lanes.size() <= lane) {
      lanes.add(new TagSequence());
    }
    TagSequence sequence = lanes.get(lane);
    if (block.firstStep() == 0) {
      sequence.begin();
    }
    return sequence;
  }

  @Override
  public void add(Measures other) {
    ClassMeasures part = (ClassMeasures) other;
    correct += part.correct;
    targets += part.targets;
    exact += part.exact;
    sequences += part.sequences;
    if (confusion != null) {
      confusion.add(part.confusion);
    }
    if (entities != null) {
      entities.add(part.entities);
    }
  }

  @Override
  public Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    if (entities != null) {
      details.put("entity-mode", "conlleval");
      details.put("entities", entities.details());
    }
    if (confusion != null) {
      details.putAll(confusion.details(names.names()));
    }
    return details;
  }
}
