package org.unroll.check;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.Job;

/** Warnings to a job; nothing is ever advised that it cannot have, or has already. */
final class Warnings {
  private final Job job;
  private final String hocon;
  private final List<Warning> list = new ArrayList<>();

  Warnings(Job job) {
    this.job = job;
    hocon = job.toHocon();
  }

  /**
   * Adds a warning with those of the changes that the job can make; at least one of them must be.
   */
  void add(String finding, Change... changes) {
    add(finding, List.of(changes));
  }

  void add(String finding, List<Change> changes) {
    add(new Warning(finding, changes));
  }

  void add(Warning warning) {
    List<Change> possible = warning.changes().stream().filter(this::isPossible).toList();
    list.add(new Warning(warning.finding(), possible));
  }

  /** Whether the job can make a change, and has not made it already. */
  boolean isPossible(Change change) {
    return change.isPossible(job, hocon);
  }

  /** All of them, in order. */
  List<Warning> list() {
    return List.copyOf(list);
  }
}
