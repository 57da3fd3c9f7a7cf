package org.unroll.task;

import java.util.List;
import org.unroll.config.DataConfig.Tokens;
import org.unroll.config.Job;
import org.unroll.data.Role;
import org.unroll.data.SequenceShape;
import org.unroll.data.Vocabulary;
import org.unroll.metric.ClassNames;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.nn.head.TargetWeights;

/** One class for each target: the label of a sequence, the tag of a step, the next symbol. */
final class Classification implements Task {
  @Override
  public HeadSpec output(Job job, Vocabulary targets) {
    return new SoftmaxSpec(targets.size(), names(job, targets), TargetWeights.PLAIN);
  }

  private static ClassNames names(Job job, Vocabulary targets) {
    SequenceShape shape = SequenceShape.of(job.data(), job.model().topology(), Role.TRAIN);
    return switch (shape.kind()) {
      case LABEL -> new ClassNames(ClassNames.Kind.LABELS, targets.tokens());
      case TAGS -> new ClassNames(ClassNames.Kind.TAGS, targets.tokens());
      case NEXT_IN_ROW, NEXT_IN_STREAM ->
          new ClassNames(
              job.data().input().tokens() == Tokens.CHARACTERS
                  ? ClassNames.Kind.CHARACTERS
                  : ClassNames.Kind.SYMBOLS,
              List.of());
    };
  }
}
