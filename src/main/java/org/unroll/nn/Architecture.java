package org.unroll.nn;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.data.InputShape;
import org.unroll.nn.head.Head;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.layer.Concatenation;
import org.unroll.nn.layer.Dense;
import org.unroll.nn.layer.Dropout;
import org.unroll.nn.layer.Embedding;
import org.unroll.nn.layer.Frames;
import org.unroll.nn.layer.Layer;
import org.unroll.nn.layer.Poolings;
import org.unroll.nn.layer.Recurrent;
import org.unroll.nn.layer.Residual;
import org.unroll.tensor.Initializer;
import org.unroll.tensor.ParameterSpec;

/**
 * The layers of a network and its head, from the model section of a job: which piece stands where,
 * and what each must know of its neighbours.
 */
public final class Architecture {
  /**
   * Up to so many symbols an embedding is folded into a table: every block has more steps. A
   * constant, because it changes rounding and so is part of what a job computes.
   */
  private static final int TABLE_SYMBOLS = 256;

  private final List<Layer> layers = new ArrayList<>();
  private final Head head;

  /**
   * Builds the layers.
   *
   * @param config the model section of a job
   * @param input what a step of the data gives
   * @param output the output layer
   * @param table whether to fold an embedding into the first layer's projection where it can be,
   *     see {@link Recurrent#onTable}
   */
  Architecture(ModelConfig config, InputShape input, HeadSpec output, boolean table) {
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
    if (!config.topology().targetPerStep()) {
      LayerConfig top = config.layers().get(config.layers().size() - 1);
      layers.add(Poolings.create(config.pooling(), width, top.units(), config.initialization()));
    }
    for (int i = 0; i < config.dense().size(); i++) {
      DenseConfig dense = config.dense().get(i);
      layers.add(new Dense(i, dense, width, config.initialization()));
      width = dense.units();
      addDropout(config, width, dense.dropout());
    }
    ParameterSpec tied = config.tieEmbeddings() ? table(output.outputs(), width) : null;
    head = output.create(new HeadSpec.Place(width, config.initialization(), tied));
  }

  /** From the input upwards. */
  List<Layer> layers() {
    return layers;
  }

  /** The output layer. */
  Head head() {
    return head;
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

  /** Whether a layer has something to learn. */
  static boolean learns(ModelConfig config, Layer layer) {
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
}
