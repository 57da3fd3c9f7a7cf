package org.unroll.nn;

import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.batch.Windows;
import org.unroll.config.ModelConfig;
import org.unroll.data.InputShape;
import org.unroll.metric.Measures;
import org.unroll.nn.head.Head;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.Tally;
import org.unroll.nn.layer.Layer;
import org.unroll.nn.layer.Recurrent;
import org.unroll.nn.norm.RunningMoments;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;

/**
 * A network: from the symbols or real values of a block to its loss, and back through time to the
 * gradient of every parameter. An instance holds the working space of one thread and is reused from
 * block to block.
 */
public final class Network {
  private final Kernels kernels;
  private final List<Layer> layers;
  private final Head head;
  private final List<ParameterSpec> specs;
  private final Parameters gradient;
  private final List<RunningMoments> moments;

  /** The lowest layer with something to learn: the way back ends there. */
  private final int lowest;

  private final Recomputation recomputation;
  private final boolean headWorksInWindows;

  /** Gradients of parts that are not trained, within layers that are passed. */
  private final List<FMatrixRMaj> frozen = new ArrayList<>();

  /**
   * Builds the layers.
   *
   * @param config the model section of a job
   * @param input what a step of the data gives
   * @param output the output layer
   */
  public Network(ModelConfig config, InputShape input, HeadSpec output, Kernels kernels) {
    this(config, input, output, kernels, Architecture.foldsByDefault(input));
  }

  /**
   * Builds the layers.
   *
   * @param table whether to fold an embedding into the first layer's projection where it can be,
   *     see {@link Recurrent#onTable}
   */
  public Network(
      ModelConfig config, InputShape input, HeadSpec output, Kernels kernels, boolean table) {
    this.kernels = kernels;
    Architecture built = new Architecture(config, input, output, table);
    layers = built.layers();
    head = built.head();
    specs = parameters(built);
    moments = layers.stream().flatMap(layer -> layer.runningMoments().stream()).toList();
    moments.stream()
        .filter(each -> config.isFrozen(each.mean()) || config.isFrozen(each.variance()))
        .forEach(each -> each.norm().fix());
    gradient = Parameters.zeros(specs);
    int first = 0;
    while (first < layers.size() && !Architecture.learns(config, layers.get(first))) {
      first++;
    }
    lowest = first;
    recomputation = new Recomputation(layers, head, lowest);
    headWorksInWindows = output.worksInWindows();
    specs.stream()
        .filter(spec -> config.isFrozen(spec.name()))
        .forEach(spec -> frozen.add(gradient.get(spec.name())));
  }

  /**
   * The parameters of a network, without the space that computing takes.
   *
   * @param config the model section of a job
   * @param input what a step of the data gives
   * @param output the output layer
   */
  public static List<ParameterSpec> parameters(
      ModelConfig config, InputShape input, HeadSpec output) {
    return parameters(new Architecture(config, input, output, false));
  }

  private static List<ParameterSpec> parameters(Architecture built) {
    List<ParameterSpec> specs = new ArrayList<>();
    built.layers().forEach(layer -> specs.addAll(layer.parameters()));
    specs.addAll(built.head().parameters());
    return List.copyOf(specs);
  }

  /** Names, roles, shapes and starts of the parameters, in the order of the model file. */
  public List<ParameterSpec> parameters() {
    return specs;
  }

  /** What a block that was trained on has measured beside its gradient. */
  public List<RunningMoments> runningMoments() {
    return moments;
  }

  /**
   * Takes parameters; after each change of their values, before the next block.
   *
   * @param values shared until the next call, not modified
   */
  public void bind(Parameters values) {
    layers.forEach(layer -> layer.bind(kernels, values, gradient));
    head.bind(kernels, values, gradient);
  }

  /**
   * Loss and gradient of a block.
   *
   * @param tally reset, then given the block's loss and weight
   * @return gradient of the block's summed loss, zero in frozen parts; owned by the network, valid
   *     until the next block
   */
  public Parameters train(Pass pass, Tally tally) {
    gradient.zero();
    tally.reset();
    tally.addTokens(pass.block().tokens());
    back(pass, head.train(pass, forward(pass), tally));
    clearFrozen();
    return gradient;
  }

  /**
   * Loss and gradient of a block of long sequences, as {@link #train(Pass, Tally)} of the whole
   * block but for rounding; see {@link #worksInWindows}.
   *
   * @param pass over the block that {@code windows} fills
   */
  public Parameters train(Pass pass, Windows windows, Tally tally) {
    gradient.zero();
    tally.reset();
    recomputation.train(pass, windows, tally);
    clearFrozen();
    return gradient;
  }

  private void clearFrozen() {
    for (int i = 0; i < frozen.size(); i++) {
      frozen.get(i).zero();
    }
  }

  /**
   * Goes back from one target of each sequence, and shows what flows through time.
   *
   * @param pass an evaluation, so that nothing is left out by chance
   * @param first where there is a target at each step: whether that of the first step counts alone,
   *     which is the last one for what reads backwards, or that of the last real step
   * @param tally reset, then given loss and weight of all targets
   */
  public void flow(Pass pass, boolean first, Tally tally, GradientObserver observer) {
    gradient.zero();
    tally.reset();
    Steps values = head.train(pass, forward(pass), tally);
    if (values.timeline().steps() > 1) {
      keepOneStep(pass, first, values);
    }
    pass.observe(observer);
    back(pass, values);
    pass.observe(null);
  }

  private static void keepOneStep(Pass pass, boolean first, Steps gradient) {
    int lanes = gradient.timeline().lanes();
    for (int lane = 0; lane < pass.block().size(); lane++) {
      int kept = first ? 0 : pass.block().length(lane) - 1;
      for (int t = 0; t < pass.block().length(lane); t++) {
        for (int r = 0; t != kept && r < gradient.rows(); r++) {
          gradient.data()[gradient.offset(t) + r * lanes + lane] = 0f;
        }
      }
    }
  }

  /** Whether long sequences can be computed window by window: not in both directions. */
  public boolean worksInWindows() {
    return headWorksInWindows && recomputation.isPossible();
  }

  /** Loss and predictions of a block of long sequences with one target each. */
  public void evaluate(Pass pass, Windows windows, Tally tally, Measures measures) {
    tally.reset();
    recomputation.evaluate(pass, windows, tally, measures);
  }

  /**
   * Loss of a block as {@link #train} has it, with its weights and what training does by chance.
   *
   * @param tally reset, then given the block's loss and weight
   */
  public void trainingLoss(Pass pass, Tally tally) {
    tally.reset();
    head.train(pass, forward(pass), tally);
  }

  /**
   * Loss and predictions of a block.
   *
   * @param tally reset, then given the block's loss and weight
   * @param measures of the output layer; predictions are added
   */
  public void evaluate(Pass pass, Tally tally, Measures measures) {
    tally.reset();
    tally.addTokens(pass.block().tokens());
    head.evaluate(pass, forward(pass), tally, measures);
  }

  /**
   * Probabilities of the classes.
   *
   * @return classes × lanes for every step, or for one step if there is one output per sequence;
   *     owned by the network
   */
  public Steps predict(Pass pass) {
    return head.predict(forward(pass));
  }

  /** Forgets the state carried from pass to pass: the next one begins with zeros. */
  public void resetState() {
    layers.forEach(Layer::resetState);
  }

  private void back(Pass pass, Steps gradient) {
    Steps values = gradient;
    for (int i = layers.size() - 1; i >= lowest; i--) {
      values = layers.get(i).backward(pass, values);
    }
  }

  private Steps forward(Pass pass) {
    Steps values = null;
    for (Layer layer : layers) {
      values = layer.forward(pass, values);
    }
    return values;
  }

  /** The kernels it computes with. */
  public Kernels kernels() {
    return kernels;
  }
}
