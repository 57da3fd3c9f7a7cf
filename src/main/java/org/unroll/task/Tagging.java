package org.unroll.task;

import org.unroll.config.Job;
import org.unroll.data.TargetCoding;
import org.unroll.nn.head.CrfSpec;
import org.unroll.nn.head.HeadSpec;

/** A tag for each step, all tags of a sequence together. */
final class Tagging extends Classification {
  @Override
  public HeadSpec output(Job job, TargetCoding targets) {
    return new CrfSpec(targets.names().size(), names(job, targets), job.model().crf().constrain());
  }

  @Override
  public HeadSpec smallest(Job job) {
    return CrfSpec.of(1);
  }
}
