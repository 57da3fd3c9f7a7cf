package org.unroll.cli;

import org.apache.spark.deploy.SparkSubmit;

/**
 * {@code SparkSubmit} of a process of its own, in which signals mean what they mean to a command
 * from the first moment on: the second that Spark takes to start one would end by other codes.
 */
public final class Launch {
  private Launch() {}

  /**
   * Starts a command.
   *
   * @param args as {@code SparkSubmit} takes them
   */
  public static void main(String[] args) {
    // Not closed: the command listens in its place.
    Interrupts.listen();
    SparkSubmit.main(args);
  }
}
