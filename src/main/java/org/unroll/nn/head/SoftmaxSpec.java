package org.unroll.nn.head;

import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.metric.Measures;

/**
 * One of several classes, with cross-entropy.
 *
 * @param outputs number of classes
 * @param classes what they are
 * @param weights how targets count in training
 */
public record SoftmaxSpec(int outputs, ClassNames classes, TargetWeights weights)
    implements HeadSpec {

  /** Classes without names, every one of which counts once. */
  public static SoftmaxSpec of(int classes) {
    return new SoftmaxSpec(classes, ClassNames.NONE, TargetWeights.PLAIN);
  }

  @Override
  public Head create(Place place) {
    return new SoftmaxHead(this, place);
  }

  @Override
  public Measures measures() {
    return new ClassMeasures(classes);
  }

  @Override
  public double largestWeight() {
    return weights.largest();
  }

  @Override
  public HeadSpec weighing(TargetWeights others) {
    return new SoftmaxSpec(outputs, classes, others);
  }
}
