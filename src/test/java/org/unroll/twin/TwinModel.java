package org.unroll.twin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.unroll.config.CharactersConfig;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.InputShape;

/**
 * A network's form. Differs from the job file's record in that its cells already have every option
 * of the mathematics.
 *
 * @param embedding width of the embedding; 0 for a one-hot input or real values
 * @param fields widths of the embeddings of further fields of symbols, beside {@code embedding}
 * @param features real values per step, beside the symbols if there is an embedding; or 0
 * @param tied whether the embedding is the output's weight, too
 * @param characters what reads the characters of each step's word, beside the embedding; or null
 * @param pooling from all steps to one, if there is one target per sequence
 * @param output the output layer
 */
public record TwinModel(
    Topology topology,
    int embedding,
    List<Integer> fields,
    int features,
    boolean tied,
    Characters characters,
    List<Layer> layers,
    TwinPooling pooling,
    List<DenseConfig> dense,
    TwinOutput output) {

  /** A recurrent layer. */
  public record Layer(
      TwinCell cell, int units, boolean bidirectional, TwinNorm norm, boolean residual) {
    Layer(TwinCell cell, int units, boolean bidirectional) {
      this(cell, units, bidirectional, TwinNorm.NONE);
    }

    Layer(TwinCell cell, int units, boolean bidirectional, TwinNorm norm) {
      this(cell, units, bidirectional, norm, false);
    }

    /** The same with its input added to its output. */
    Layer withResidual() {
      return new Layer(cell, units, bidirectional, norm, true);
    }

    /** Width of its output. */
    int outputs() {
      return bidirectional ? 2 * units : units;
    }
  }

  /** Recurrent layers over the characters of a word. */
  public record Characters(int embedding, List<Layer> layers) {
    public Characters {
      layers = List.copyOf(layers);
    }
  }

  public TwinModel {
    fields = List.copyOf(fields);
    layers = List.copyOf(layers);
    dense = List.copyOf(dense);
  }

  /** On symbols. */
  public TwinModel(Topology topology, int embedding, List<Layer> layers, List<DenseConfig> dense) {
    this(
        topology,
        embedding,
        List.of(),
        0,
        false,
        null,
        layers,
        TwinPooling.LAST,
        dense,
        TwinOutput.SOFTMAX);
  }

  /** The same with the embedding as the output's weight, or not. */
  TwinModel tied(boolean ties) {
    return new TwinModel(
        topology, embedding, fields, features, ties, characters, layers, pooling, dense, output);
  }

  /** The same with another pooling. */
  TwinModel pooled(TwinPooling other) {
    return new TwinModel(
        topology, embedding, fields, features, tied, characters, layers, other, dense, output);
  }

  /** The same with another output layer. */
  TwinModel with(TwinOutput other) {
    return new TwinModel(
        topology, embedding, fields, features, tied, characters, layers, pooling, dense, other);
  }

  /** The same on real values. */
  public TwinModel onFeatures(int width) {
    return new TwinModel(
        topology, 0, List.of(), width, false, null, layers, pooling, dense, output);
  }

  /** The same with further fields of symbols and with real values beside them. */
  public TwinModel beside(List<Integer> widths, int features) {
    return new TwinModel(
        topology, embedding, widths, features, tied, characters, layers, pooling, dense, output);
  }

  /** The same with words that are read by their characters, too. */
  public TwinModel spelt(Characters words) {
    return new TwinModel(
        topology, embedding, fields, features, tied, words, layers, pooling, dense, output);
  }

  /** Whether a step is more than a symbol or real values. */
  public boolean isMixed() {
    return !fields.isEmpty() || characters != null || embedding > 0 && features > 0;
  }

  /** Symbols of a step. */
  public int symbolsPerStep() {
    return features > 0 && embedding == 0 ? 0 : 1 + fields.size();
  }

  /** What the network is told of its input, if every vocabulary has so many symbols. */
  public InputShape input(int symbols) {
    if (!isMixed()) {
      return features > 0 ? InputShape.ofFeatures(features) : InputShape.ofSymbols(symbols);
    }
    List<InputShape.Symbols> all = new ArrayList<>();
    all.add(new InputShape.Symbols("", symbols, 0));
    for (int width : fields) {
      all.add(new InputShape.Symbols("field" + all.size(), symbols, width));
    }
    return new InputShape(all, features, characters == null ? 0 : symbols);
  }

  /** What a job file's model means. */
  public static TwinModel of(ModelConfig model) {
    TwinOutput output =
        switch (model.output()) {
          case SOFTMAX -> TwinOutput.SOFTMAX;
          case CRF -> new TwinCrf();
          case SIGMOID -> new TwinSigmoid();
          case ADAPTIVE_SOFTMAX ->
              new TwinAdaptiveSoftmax(
                  model.adaptiveSoftmax().cutoffs(), model.adaptiveSoftmax().factor());
          case LINEAR -> TwinValues.LINEAR;
          case CTC -> new TwinCtc();
          case QUANTILE -> new TwinValues(model.output(), model.quantile().levels());
          case GAUSSIAN -> TwinValues.GAUSSIAN;
        };
    CharactersConfig words = model.characters();
    return new TwinModel(
            model.topology(),
            model.embedding(),
            model.layers().stream().map(TwinModel::layer).toList(),
            model.dense())
        .pooled(TwinPooling.valueOf(model.pooling().name()))
        .tied(model.tieEmbeddings())
        .with(output)
        .spelt(
            words.isUsed()
                ? new Characters(
                    words.embedding(), words.layers().stream().map(TwinModel::layer).toList())
                : null);
  }

  /** What a layer of a job file means. */
  static Layer layer(LayerConfig layer) {
    TwinNorm norm = TwinNorm.valueOf(layer.normalization().name());
    return new Layer(
        TwinCell.of(layer), layer.units(), layer.bidirectional(), norm, layer.residual());
  }

  /** Name and shape {rows, columns} of every parameter, in order. A bias has one column. */
  Map<String, int[]> shapes(int symbols, int classes) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    int width = features > 0 ? features : symbols;
    if (embedding > 0) {
      shapes.put("embedding.weight", new int[] {symbols, embedding});
      width = embedding + features;
    }
    for (int f = 0; f < fields.size(); f++) {
      shapes.put(fieldName(f), new int[] {symbols, fields.get(f)});
      width += fields.get(f);
    }
    if (characters != null) {
      shapes.put("characters.embedding.weight", new int[] {symbols, characters.embedding()});
      int spelt = characters.embedding();
      for (int l = 0; l < characters.layers().size(); l++) {
        shapes(shapes, "characters.layers." + l + ".", characters.layers().get(l), spelt);
        spelt = characters.layers().get(l).outputs();
      }
      width += spelt;
    }
    for (int l = 0; l < layers.size(); l++) {
      shapes(shapes, "layers." + l + ".", layers.get(l), width);
      width = layers.get(l).outputs();
    }
    if (pooling.hasWeights()) {
      shapes.put("pooling.weight", new int[] {width, width});
      shapes.put("pooling.bias", new int[] {width, 1});
      shapes.put("pooling.weight_score", new int[] {1, width});
    }
    for (int k = 0; k < dense.size(); k++) {
      shapes.put("dense." + k + ".weight", new int[] {dense.get(k).units(), width});
      shapes.put("dense." + k + ".bias", new int[] {dense.get(k).units(), 1});
      width = dense.get(k).units();
    }
    output.shapes(shapes, classes, width, tied);
    return shapes;
  }

  private static void shapes(Map<String, int[]> shapes, String name, Layer layer, int width) {
    int rows = layer.cell().gates() * layer.units();
    for (String suffix : layer.bidirectional() ? List.of("", "_reverse") : List.of("")) {
      shapes.put(name + "weight_ih" + suffix, new int[] {rows, width});
      shapes.put(name + "weight_hh" + suffix, new int[] {rows, layer.units()});
      shapes.put(name + "bias_ih" + suffix, new int[] {rows, 1});
      shapes.put(name + "bias_hh" + suffix, new int[] {rows, 1});
      if (layer.norm() == TwinNorm.LAYER) {
        shapes.put(name + "gain_ih" + suffix, new int[] {rows, 1});
      }
      if (layer.norm() == TwinNorm.BATCH) {
        for (String own : List.of("gain_ih", "running_mean", "running_var")) {
          shapes.put(name + own + suffix, new int[] {rows, 1});
        }
      }
      if (layer.cell().hasPeephole()) {
        shapes.put(name + "weight_peephole" + suffix, new int[] {3, layer.units()});
      }
      if (layer.norm() == TwinNorm.LAYER) {
        shapes.put(name + "gain_hh" + suffix, new int[] {rows, 1});
        if (layer.cell().normalizesMemory()) {
          shapes.put(name + "gain_state" + suffix, new int[] {layer.units(), 1});
          shapes.put(name + "bias_state" + suffix, new int[] {layer.units(), 1});
        }
      }
    }
  }

  /** Name of the embedding of a further field. */
  static String fieldName(int field) {
    return "embedding.field" + (field + 1) + ".weight";
  }

  /** Whether a row of a parameter is trained: {@code bias_hh} mostly stays as it was loaded. */
  public boolean trains(String name, int row) {
    if (!name.contains(".bias_hh")) {
      return true;
    }
    String[] parts = name.split("\\.");
    Layer layer =
        name.startsWith("characters.")
            ? characters.layers().get(Integer.parseInt(parts[2]))
            : layers.get(Integer.parseInt(parts[1]));
    return layer.cell().trainsRecurrentBias(row, layer.units());
  }
}
