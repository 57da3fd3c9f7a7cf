package org.unroll.task;

import java.util.List;
import org.unroll.config.AdaptiveSoftmaxConfig;
import org.unroll.config.Job;
import org.unroll.config.JobException;
import org.unroll.config.Problem;
import org.unroll.data.TargetCoding;
import org.unroll.metric.ClassNames;
import org.unroll.nn.head.AdaptiveSoftmaxSpec;
import org.unroll.nn.head.HeadSpec;

/** One class of very many for each target; vocabularies have them by falling frequency. */
final class AdaptiveClassification extends Classification {
  @Override
  public HeadSpec output(Job job, TargetCoding targets) {
    AdaptiveSoftmaxConfig config = job.model().adaptiveSoftmax();
    int classes = targets.names().size();
    List<Integer> cutoffs = config.cutoffs();
    if (cutoffs.isEmpty()) {
      cutoffs = AdaptiveSoftmaxSpec.defaultCutoffs(classes);
    } else if (cutoffs.get(cutoffs.size() - 1) >= classes) {
      throw new JobException(
          List.of(
              new Problem(
                  "model.adaptive-softmax.cutoffs must be less than the number of classes, "
                      + classes,
                  cutoffs.toString(),
                  "",
                  "take smaller ones, or remove model.adaptive-softmax.cutoffs")));
    }
    return new AdaptiveSoftmaxSpec(classes, names(job, targets), cutoffs, config.factor());
  }

  @Override
  public HeadSpec smallest(Job job) {
    AdaptiveSoftmaxConfig config = job.model().adaptiveSoftmax();
    List<Integer> cutoffs = config.cutoffs().isEmpty() ? List.of(1, 2) : config.cutoffs();
    int classes = cutoffs.get(cutoffs.size() - 1) + 1;
    return new AdaptiveSoftmaxSpec(classes, ClassNames.NONE, cutoffs, config.factor());
  }
}
