package org.unroll.config;

import java.util.List;
import java.util.stream.Collectors;

/** A job that cannot be run, with every problem found. The message has one line for each. */
public final class JobException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<Problem> problems;

  /** Joins the problems into the message. */
  public JobException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** The problems, in the order of the job file's keys. */
  public List<Problem> problems() {
    return problems;
  }
}
