package org.unroll.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.unroll.config.Job;
import org.unroll.config.JobException;
import org.unroll.config.JobReader;
import org.unroll.config.ModelConfig;
import org.unroll.config.Problem;
import org.unroll.config.Suggestions;
import org.unroll.data.InputCoding;
import org.unroll.nn.Network;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.ParameterSpec;

/** Whether {@code model.freeze} names parameters that there are, and leaves some to be learned. */
final class FrozenParts {
  private FrozenParts() {}

  /**
   * Checks a job before any work.
   *
   * @throws JobException if a name fits no parameter, or everything is frozen
   */
  static void check(Job job) {
    if (job.model().freeze().isEmpty()) {
      return;
    }
    List<String> names = names(job);
    List<Problem> problems = new ArrayList<>();
    for (String prefix : job.model().freeze()) {
      if (names.stream().noneMatch(name -> ModelConfig.isPrefix(prefix, name))) {
        TreeSet<String> parts = parts(names);
        String near = Suggestions.nearest(prefix, List.copyOf(parts));
        problems.add(
            new Problem(
                "model.freeze must name parts of the network",
                '"' + prefix + '"',
                "",
                (near.isEmpty() ? "" : "did you mean \"" + near + "\"? ")
                    + "there are "
                    + String.join(", ", parts)));
      }
    }
    if (names.stream().allMatch(job.model()::isFrozen)) {
      problems.add(
          new Problem(
              "model.freeze must leave a part of the network to be trained",
              job.model().freeze().toString(),
              "",
              "take a part out, such as output"));
    }
    if (!problems.isEmpty()) {
      throw new JobException(problems);
    }
  }

  /** Names of the job's parameters: those of the same network with layers of one unit. */
  private static List<String> names(Job job) {
    List<String> overrides = new ArrayList<>();
    for (int i = 0; i < job.model().layers().size(); i++) {
      overrides.add("model.layers." + i + ".units=1");
      overrides.add("model.layers." + i + ".residual=false");
    }
    for (int i = 0; i < job.model().characters().layers().size(); i++) {
      overrides.add("model.characters.layers." + i + ".units=1");
    }
    for (int i = 0; i < job.model().dense().size(); i++) {
      overrides.add("model.dense." + i + ".units=1");
    }
    if (job.model().embedding() > 0) {
      overrides.add("model.embedding=1");
    }
    Job small = JobReader.read(job.toHocon(), job.name() + ".conf", overrides);
    return new Network(
            small.model(),
            InputCoding.shape(small.data(), 1, small.model().characters().isUsed()),
            1,
            new EjmlKernels())
        .parameters().stream().map(ParameterSpec::name).toList();
  }

  /** Every beginning of a name that ends at a dot, but for single parameters. */
  private static TreeSet<String> parts(List<String> names) {
    TreeSet<String> parts = new TreeSet<>();
    for (String name : names) {
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        parts.add(name.substring(0, dot));
      }
    }
    return parts;
  }
}
