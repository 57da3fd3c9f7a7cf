package org.unroll.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig.Output;
import org.unroll.data.InputShape;

/**
 * A network given by a few figures: symbols and an embedding, or real values; recurrent layers, an
 * output over the vocabulary at each step; clipped to norm 5, Adam.
 *
 * @param cell cell of every layer
 * @param units width of every layer
 * @param embedding numbers per symbol; 0 feeds symbols one-hot
 * @param features real values per step; 0 for symbols
 * @param vocabulary number of symbols, in and out, or of classes above real values
 * @param layers number of recurrent layers
 * @param bidirectional whether every layer runs in both directions
 * @param batch sequences per update
 * @param block sequences in a block
 * @param output the output layer and its loss
 * @param options which form of the cell
 * @param stack what stands around the cells
 */
public record NetworkFlags(
    LayerConfig.Cell cell,
    int units,
    int embedding,
    int features,
    int vocabulary,
    int layers,
    boolean bidirectional,
    int batch,
    int block,
    Output output,
    CellFlags options,
    StackFlags stack) {

  private static final String NAME = "bench";

  /** Epochs of a job that is only measured: time ends it, never the number of epochs. */
  static final int EPOCHS = 1_000_000;

  public NetworkFlags {
    atLeast("units", units, 1);
    atLeast("embedding", embedding, 0);
    atLeast("features", features, 0);
    atLeast("vocabulary", vocabulary, 1);
    atLeast("layers", layers, 1);
    atLeast("batch", batch, 1);
    atLeast("block", block, 1);
    if (features > 0 && embedding > 0) {
      throw new IllegalArgumentException(
          "embedding must be 0 with features, which are fed as they are, got " + embedding);
    }
    options.check(cell);
    int outputs = bidirectional ? 2 * units : units;
    stack.check(embedding, embedding + features, outputs, layers, bidirectional);
  }

  /** On symbols, with the usual form of the cell. */
  public NetworkFlags(
      LayerConfig.Cell cell,
      int units,
      int embedding,
      int vocabulary,
      int layers,
      boolean bidirectional,
      int batch,
      int block) {
    this(
        cell,
        units,
        embedding,
        0,
        vocabulary,
        layers,
        bidirectional,
        batch,
        block,
        Output.SOFTMAX,
        CellFlags.NONE,
        StackFlags.NONE);
  }

  /** What a step gives. */
  public InputShape input() {
    return features > 0 ? InputShape.ofFeatures(features) : InputShape.ofSymbols(vocabulary);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", got " + value);
    }
  }

  /**
   * An LSTM of about so many parameters, for measuring rounds: the largest, as wide as its
   * embedding, that has no more, but at least one unit.
   */
  static NetworkFlags ofParameters(long parameters) {
    int vocabulary = 65;
    int units = 1;
    for (long u = 2; vocabulary * (2 * u + 1) + 8 * u * (u + 1) <= parameters; u++) {
      units = (int) u;
    }
    return new NetworkFlags(LayerConfig.Cell.LSTM, units, units, vocabulary, 1, false, 1 << 30, 32);
  }

  /** The job that a job file would describe; its data are not there. */
  public Job job() {
    // As text, so that keys which are added to jobs later have their defaults here too.
    List<String> stacked = new ArrayList<>();
    int inputs = embedding + features;
    for (int i = 0; i < layers; i++) {
      int outputs = bidirectional ? 2 * units : units;
      stacked.add(layer(stack.layerKeys(inputs, outputs)));
      inputs = outputs;
    }
    String text =
        String.format(
            Locale.ROOT,
            """
            data { %s }
            model {
              %s
              initialization = pytorch
              output = %s
              embedding = %d
              layers = [ %s ]
            }
            training {
              epochs = %d
              batch-size = %d
              block-size = %d
              clip-norm = 5
              optimizer { kind = adam, learning-rate = 0.001 }
            }
            """,
            stack.dataKeys(
                features > 0 ? "tokens = features, width = " + features : "tokens = words"),
            stack.modelKeys(embedding),
            output.name().toLowerCase(Locale.ROOT).replace('_', '-'),
            embedding,
            String.join(", ", stacked),
            EPOCHS,
            batch,
            block);
    return JobReader.read(text, NAME, List.of());
  }

  private String layer(String more) {
    return String.format(
        Locale.ROOT,
        "{ cell = %s, units = %d, bidirectional = %b%s%s }",
        cell.name().toLowerCase(Locale.ROOT),
        units,
        bidirectional,
        options.keys(),
        more);
  }
}
