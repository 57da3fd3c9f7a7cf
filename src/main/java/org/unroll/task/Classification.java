package org.unroll.task;

import java.util.List;
import java.util.Optional;
import org.unroll.baseline.Baseline;
import org.unroll.baseline.MajorityBaseline;
import org.unroll.config.DataConfig.Tokens;
import org.unroll.config.Job;
import org.unroll.data.Role;
import org.unroll.data.SequenceShape;
import org.unroll.data.SplitSummary;
import org.unroll.data.TargetCoding;
import org.unroll.metric.ClassNames;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.nn.head.TargetWeights;

/**
 * One class for each target: the label of a sequence, the tag of a step, the next symbol, with a
 * softmax.
 */
class Classification implements Task {
  @Override
  public HeadSpec output(Job job, TargetCoding targets) {
    return new SoftmaxSpec(targets.names().size(), names(job, targets), TargetWeights.PLAIN);
  }

  @Override
  public Optional<Baseline> baseline(TargetCoding targets, SplitSummary train) {
    return Optional.of(new MajorityBaseline(train.targetCounts()));
  }

  @Override
  public HeadSpec smallest(Job job) {
    return SoftmaxSpec.of(1);
  }

  /** What the classes are. */
  static ClassNames names(Job job, TargetCoding targets) {
    SequenceShape shape = SequenceShape.of(job.data(), job.model().predicted(), Role.TRAIN);
    return switch (shape.kind()) {
      case LABEL -> new ClassNames(ClassNames.Kind.LABELS, targets.names().tokens());
      case TAGS -> new ClassNames(ClassNames.Kind.TAGS, targets.names().tokens());
      case TEXT -> throw new IllegalStateException("a text is no class");
      case NEXT_IN_ROW, NEXT_IN_STREAM ->
          new ClassNames(
              job.data().input().tokens() == Tokens.CHARACTERS
                  ? ClassNames.Kind.CHARACTERS
                  : ClassNames.Kind.SYMBOLS,
              List.of());
    };
  }
}
