package org.unroll.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.unroll.config.CharactersConfig;
import org.unroll.config.DenseConfig;
import org.unroll.config.Job;
import org.unroll.config.JobException;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.Problem;
import org.unroll.config.Suggestions;
import org.unroll.data.InputCoding;
import org.unroll.nn.Network;
import org.unroll.task.Tasks;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.ParameterSpec;

/** Whether {@code model.freeze} names parameters that there are, and leaves some to be learned. */
final class FrozenParts {
  /** A single unit is too few for layer normalisation. */
  private static final int NARROW = 2;

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

  /** Names of the job's parameters: those of the same network with narrow layers. */
  private static List<String> names(Job job) {
    ModelConfig small = narrow(job.model());
    return new Network(
            small,
            InputCoding.shape(job.data(), 1, small.characters().isUsed()),
            Tasks.smallest(job),
            new EjmlKernels())
        .parameters().stream().map(ParameterSpec::name).toList();
  }

  /**
   * The network with layers of two units: a network takes memory for its gradient, and whether
   * there is enough is not known yet. It is no job that a user could give, so no rule is asked.
   */
  private static ModelConfig narrow(ModelConfig model) {
    CharactersConfig characters = model.characters();
    return new ModelConfig(
        model.topology(),
        model.embedding() > 0 ? NARROW : 0,
        model.vectors(),
        model.embeddingDropout(),
        model.dropoutMask(),
        model.tieEmbeddings(),
        new CharactersConfig(
            characters.embedding() > 0 ? NARROW : 0,
            characters.layers().stream().map(FrozenParts::narrow).toList()),
        model.output(),
        model.initialization(),
        model.layers().stream().map(FrozenParts::narrow).toList(),
        model.pooling(),
        model.initial(),
        model.freeze(),
        model.dense().stream()
            .map(each -> new DenseConfig(NARROW, each.activation(), each.dropout()))
            .toList(),
        model.adaptiveSoftmax(),
        model.crf(),
        model.sigmoid(),
        model.ctc(),
        model.quantile());
  }

  /** A residual connection has no parameters, and wants widths that fit. */
  private static LayerConfig narrow(LayerConfig layer) {
    return new LayerConfig(
        layer.cell(),
        NARROW,
        layer.bidirectional(),
        layer.dropout(),
        layer.recurrentDropout(),
        false,
        layer.normalization(),
        layer.normalizationMomentum(),
        layer.reset(),
        layer.activation(),
        layer.gatesRead(),
        layer.outputActivation(),
        layer.forgetBias());
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
