package org.unroll.task;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.unroll.baseline.Baseline;
import org.unroll.baseline.LabelBaseline;
import org.unroll.baseline.MajorityBaseline;
import org.unroll.config.Job;
import org.unroll.config.Problem;
import org.unroll.config.SigmoidConfig;
import org.unroll.data.DataException;
import org.unroll.data.Role;
import org.unroll.data.SequenceShape;
import org.unroll.data.SplitSummary;
import org.unroll.data.TargetCoding;
import org.unroll.data.Vocabulary;
import org.unroll.metric.LabelNames;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.SigmoidSpec;

/** Labels that do not exclude each other, or one of two classes. */
final class Labelling implements Task {
  private static final int SHOWN = 5;

  private final SigmoidConfig config;

  Labelling(SigmoidConfig config) {
    this.config = config;
  }

  private boolean one() {
    return config.labels() == SigmoidConfig.Labels.ONE;
  }

  /**
   * The output layer of a job.
   *
   * @throws DataException if the labels are not those that the job speaks of
   */
  @Override
  public HeadSpec output(Job job, TargetCoding targets) {
    List<String> names = targets.names().tokens();
    SequenceShape shape = SequenceShape.of(job.data(), job.model().predicted(), Role.TRAIN);
    boolean perStep = shape.kind() == SequenceShape.Kind.TAGS;
    String place = job.data().train();
    if (!one()) {
      if (names.isEmpty()) {
        throw new DataException(
            new Problem(
                "data.train must have a label",
                "none in any row",
                place,
                "check data.target.column"));
      }
      return spec(new LabelNames(names, false, perStep), -1);
    }
    if (names.size() != 2) {
      throw new DataException(
          new Problem(
              "model.sigmoid.labels = one needs exactly two labels in data.train",
              names.size()
                  + ": "
                  + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                  + (names.size() > SHOWN ? ", …" : ""),
              place,
              "check data.target.column; more classes have model.output = softmax"));
    }
    int positive = positive(names, place);
    return spec(new LabelNames(List.of(names.get(positive)), true, perStep), positive);
  }

  private SigmoidSpec spec(LabelNames labels, int positive) {
    int outputs = labels.names().size();
    return new SigmoidSpec(
        labels, positive, Collections.nCopies(outputs, config.threshold()), config.tuneThreshold());
  }

  private int positive(List<String> names, String place) {
    if (config.positive().isEmpty()) {
      return Vocabulary.BY_CODE_POINT.compare(names.get(0), names.get(1)) > 0 ? 0 : 1;
    }
    int found = names.indexOf(config.positive());
    if (found < 0) {
      throw new DataException(
          new Problem(
              "model.sigmoid.positive must be a label of data.train, one of "
                  + String.join(", ", names),
              "'" + config.positive() + "'",
              place,
              "give one of these, or remove model.sigmoid.positive"));
    }
    return found;
  }

  @Override
  public HeadSpec smallest(Job job) {
    return SigmoidSpec.of(1);
  }

  @Override
  public Optional<Baseline> baseline(TargetCoding targets, SplitSummary train) {
    return Optional.of(
        one()
            ? new MajorityBaseline(train.targetCounts())
            : new LabelBaseline(train.targetCounts(), train.targets()));
  }
}
