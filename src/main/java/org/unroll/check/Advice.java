package org.unroll.check;

import java.util.List;
import org.unroll.config.Problem;

/** Warns of what will not learn. The thresholds are rules of thumb, far from what is usual. */
public final class Advice {
  private Advice() {}

  /**
   * What {@code train} tells before it begins: what makes its result worthless or other than it
   * seems, and settings that have no effect.
   */
  public static List<Warning> beforeTraining(PlannedRun plan) {
    Warnings warnings = new Warnings(plan.job());
    LabelAdvice labels = new LabelAdvice(plan, warnings);
    labels.worthless();
    TrainingAdvice training = new TrainingAdvice(plan, warnings);
    training.singleSteps();
    training.fewUpdates();
    labels.fewToValidate();
    new UselessSettings(plan, warnings).all();
    return warnings.list();
  }

  /** All that {@code check} warns of, gravest first; empty if all looks well. */
  public static List<Warning> on(Findings findings) {
    Warnings warnings = new Warnings(findings.job());
    findings.summary().doubts().forEach(doubt -> warnings.add(warning(doubt)));
    LabelAdvice labels = new LabelAdvice(findings.plan(), warnings);
    TrainingAdvice training = new TrainingAdvice(findings.plan(), warnings);
    DataAdvice data = new DataAdvice(findings, warnings);
    labels.worthless();
    labels.uneven();
    training.singleSteps();
    training.fewUpdates();
    training.learningRate();
    training.masks();
    data.unknowns();
    data.duplicates();
    labels.fewToValidate();
    data.lengths();
    training.gradients();
    training.pooling();
    training.embedding();
    training.overfitting(findings.parameters());
    data.noValidation();
    training.blocks();
    data.padding();
    new UselessSettings(findings.plan(), warnings).all();
    return warnings.list();
  }

  private static Warning warning(Problem doubt) {
    return new Warning(doubt.rule() + ", got " + doubt.value(), doubt.fix());
  }
}
