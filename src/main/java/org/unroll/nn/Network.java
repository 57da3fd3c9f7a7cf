package org.unroll.nn;

import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.batch.Windows;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.config.Topology;
import org.unroll.data.InputShape;
import org.unroll.nn.head.Head;
import org.unroll.nn.head.SoftmaxHead;
import org.unroll.nn.head.Tally;
import org.unroll.nn.head.TargetWeights;
import org.unroll.nn.layer.Concatenation;
import org.unroll.nn.layer.Dense;
import org.unroll.nn.layer.Dropout;
import org.unroll.nn.layer.Embedding;
import org.unroll.nn.layer.Frames;
import org.unroll.nn.layer.Layer;
import org.unroll.nn.layer.Poolings;
import org.unroll.nn.layer.Recurrent;
import org.unroll.nn.layer.Residual;
import org.unroll.nn.norm.RunningMoments;
import org.unroll.tensor.Initializer;
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
  /**
   * Up to so many symbols an embedding is folded into a table: every block has more steps. A
   * constant, because it changes rounding and so is part of what a job computes.
   */
  private static final int TABLE_SYMBOLS = 256;

  private final Kernels kernels;
  private final List<Layer> layers = new ArrayList<>();
  private final Head head;
  private final List<ParameterSpec> specs = new ArrayList<>();
  private final Parameters gradient;
  private final List<RunningMoments> moments;

  /** The lowest layer with something to learn: the way back ends there. */
  private final int lowest;

  private final Recomputation recomputation;

  /** Gradients of parts that are not trained, within layers that are passed. */
  private final List<FMatrixRMaj> frozen = new ArrayList<>();

  /**
   * Builds the layers.
   *
   * @param config the model section of a job
   * @param input what a step of the data gives
   * @param classes number of target classes
   */
  public Network(ModelConfig config, InputShape input, int classes, Kernels kernels) {
    this(config, input, classes, kernels, foldsByDefault(input));
  }

  /** Whether so few symbols are folded into a table if nothing else is asked for. */
  public static boolean foldsByDefault(InputShape input) {
    return input.symbols() <= TABLE_SYMBOLS;
  }

  /** Whether an embedding can be folded: not where its numbers are more than multiplied. */
  public static boolean canFold(ModelConfig config, InputShape input) {
    return input.isOneSymbol()
        && config.embedding() > 0
        && config.embeddingDropout() == 0
        && !config.layers().get(0).residual();
  }

  /**
   * Builds the layers.
   *
   * @param table whether to fold an embedding into the first layer's projection where it can be,
   *     see {@link Recurrent#onTable}
   */
  public Network(
      ModelConfig config, InputShape input, int classes, Kernels kernels, boolean table) {
    this(config, input, classes, kernels, table, TargetWeights.PLAIN);
  }

  /**
   * Builds the layers.
   *
   * @param table whether to fold an embedding into the first layer's projection
   * @param weights how targets count in training
   */
  public Network(
      ModelConfig config,
      InputShape input,
      int classes,
      Kernels kernels,
      boolean table,
      TargetWeights weights) {
    this.kernels = kernels;
    boolean fold = table && canFold(config, input);
    int width = addInput(config, input, fold);
    for (int i = 0; i < config.layers().size(); i++) {
      LayerConfig layer = config.layers().get(i);
      Layer recurrent =
          i > 0
              ? Recurrent.above(i, layer, width, learns(config), config.initialization())
              : first(layer, input, fold, config);
      Residual residual = layer.residual() ? new Residual(width, recurrent.outputRows()) : null;
      if (residual != null) {
        layers.add(residual.branch());
      }
      layers.add(recurrent);
      width = recurrent.outputRows();
      addDropout(config, width, layer.dropout());
      if (residual != null) {
        layers.add(residual.join());
      }
    }
    if (config.topology() == Topology.MANY_TO_ONE) {
      LayerConfig top = config.layers().get(config.layers().size() - 1);
      layers.add(Poolings.create(config.pooling(), width, top.units(), config.initialization()));
    }
    for (int i = 0; i < config.dense().size(); i++) {
      DenseConfig dense = config.dense().get(i);
      layers.add(new Dense(i, dense, width, config.initialization()));
      width = dense.units();
      addDropout(config, width, dense.dropout());
    }
    head =
        switch (config.output()) {
          case SOFTMAX ->
              config.tieEmbeddings()
                  ? SoftmaxHead.tied(table(classes, width), config.initialization(), weights)
                  : new SoftmaxHead(classes, width, config.initialization(), weights);
        };
    layers.forEach(layer -> specs.addAll(layer.parameters()));
    moments = layers.stream().flatMap(layer -> layer.runningMoments().stream()).toList();
    moments.stream()
        .filter(each -> config.isFrozen(each.mean()) || config.isFrozen(each.variance()))
        .forEach(each -> each.norm().fix());
    specs.addAll(head.parameters());
    gradient = Parameters.zeros(specs);
    int first = 0;
    while (first < layers.size() && !learns(config, layers.get(first))) {
      first++;
    }
    lowest = first;
    recomputation = new Recomputation(layers, head, lowest);
    specs.stream()
        .filter(spec -> config.isFrozen(spec.name()))
        .forEach(spec -> frozen.add(gradient.get(spec.name())));
  }

  /** The embedding as the output's weight. */
  private ParameterSpec table(int classes, int width) {
    if (layers.get(0) instanceof Embedding embedding) {
      ParameterSpec table = embedding.parameters().get(0);
      if (table.rows() == classes && table.columns() == width) {
        return table;
      }
      throw new IllegalArgumentException(
          "model.tie-embeddings needs an output weight of the embedding's shape, "
              + table.rows()
              + " × "
              + table.columns()
              + ", got "
              + classes
              + " × "
              + width);
    }
    throw new IllegalArgumentException("model.tie-embeddings needs symbols with an embedding");
  }

  private static boolean learns(ModelConfig config, Layer layer) {
    return layer.parameters().stream().anyMatch(spec -> !config.isFrozen(spec.name()));
  }

  /** Whether any of the layers so far wants a gradient. */
  private boolean learns(ModelConfig config) {
    return layers.stream().anyMatch(layer -> learns(config, layer));
  }

  /** Adds what stands between the data and the first recurrent layer; returns the width of that. */
  private int addInput(ModelConfig config, InputShape input, boolean fold) {
    if (input.fields().isEmpty()) {
      requireNoEmbedding(config);
      layers.add(new Frames(input.features()));
      return input.features();
    }
    if (!input.isOneSymbol()) {
      layers.add(new Concatenation(input, config, size -> embeddingStart(config, size)));
    } else if (config.embedding() > 0) {
      int size = config.embedding();
      layers.add(new Embedding(input.symbols(), size, embeddingStart(config, size), fold));
    } else {
      return input.symbols();
    }
    int width = last().outputRows();
    addDropout(config, width, config.embeddingDropout());
    return width;
  }

  /** The first recurrent layer; it stands on real values, symbols or an embedding of these. */
  private Recurrent first(LayerConfig layer, InputShape input, boolean fold, ModelConfig config) {
    if (layers.isEmpty()) {
      requireNoResidual(layer);
      return Recurrent.onSymbols(0, layer, input.symbols(), config.initialization());
    }
    return fold && last() instanceof Embedding embedding
        ? Recurrent.onTable(0, layer, embedding, config.initialization())
        : Recurrent.above(0, layer, last().outputRows(), learns(config), config.initialization());
  }

  private static void requireNoResidual(LayerConfig layer) {
    if (layer.residual()) {
      throw new IllegalArgumentException(
          "model.layers.0.residual must be false on one-hot symbols, which are no numbers to add,"
              + " got true");
    }
  }

  private static void requireNoEmbedding(ModelConfig config) {
    if (config.embedding() > 0) {
      throw new IllegalArgumentException(
          "model.embedding must be 0 with real values, which are their own embedding, got "
              + config.embedding());
    }
  }

  private static Initializer embeddingStart(ModelConfig config, int size) {
    // As the output's weight a table of variance 1 would make logits of the size of √E.
    return switch (config.tieEmbeddings() ? Initialization.GLOROT : config.initialization()) {
      // Variance 1/E: short rows, so that words seen too rarely to be learned say little. With rows
      // of variance 1, SST-2 fell from 80.9 to 68.2 %.
      case GLOROT, ORTHOGONAL -> Initializers.uniform(Math.sqrt(3.0 / size));
      // Variance 1, as in PyTorch: symbols seen often are learned sooner.
      case PYTORCH -> Initializers.uniform(Math.sqrt(3.0));
    };
  }

  private Layer last() {
    return layers.get(layers.size() - 1);
  }

  private void addDropout(ModelConfig config, int width, double probability) {
    if (probability > 0) {
      layers.add(new Dropout(layers.size(), width, probability, config.dropoutMask()));
    }
  }

  /** Names, shapes and starts of the parameters, in the order of the model file. */
  public List<ParameterSpec> parameters() {
    return List.copyOf(specs);
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
    Steps values = head.train(pass, forward(pass), tally);
    for (int i = layers.size() - 1; i >= lowest; i--) {
      values = layers.get(i).backward(pass, values);
    }
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

  /** Whether long sequences can be computed window by window: not in both directions. */
  public boolean worksInWindows() {
    return recomputation.isPossible();
  }

  /** Loss and right predictions of a block of long sequences with one target each. */
  public void evaluate(Pass pass, Windows windows, Tally tally) {
    tally.reset();
    recomputation.evaluate(pass, windows, tally);
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

  /** Loss and right predictions of a block. */
  public void evaluate(Pass pass, Tally tally) {
    tally.reset();
    tally.addTokens(pass.block().tokens());
    head.evaluate(pass, forward(pass), tally);
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
    for (Layer layer : layers) {
      if (layer instanceof Recurrent recurrent) {
        recurrent.resetState();
      }
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
