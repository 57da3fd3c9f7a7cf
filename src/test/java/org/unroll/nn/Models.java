package org.unroll.nn;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;
import org.unroll.Pairwise;
import org.unroll.config.AdaptiveSoftmaxConfig;
import org.unroll.config.CharactersConfig;
import org.unroll.config.CrfConfig;
import org.unroll.config.CtcConfig;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.QuantileConfig;
import org.unroll.config.SigmoidConfig;
import org.unroll.config.TargetType;
import org.unroll.config.Topology;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.TestKernels;
import org.unroll.twin.Configs;
import org.unroll.twin.ModelViews;

/** The models that tests of the network run over: every registered piece, and combinations. */
final class Models {
  /** Widths below, at and above those of the kernels' tiles, so that these end at every place. */
  private static final int[] UNITS = {3, 8, 1, 17, 5, 9};

  private static final String NORMALIZED = " norm";

  private Models() {}

  /** Every cell with each value of each of its options, one layer of {@code units} units. */
  static Map<String, LayerConfig> cells(int units, boolean bidirectional, double dropout) {
    Map<String, LayerConfig> layers = new LinkedHashMap<>();
    for (boolean batch : new boolean[] {false, true}) {
      for (LayerConfig.Cell cell : LayerConfig.Cell.values()) {
        for (LayerConfig layer : Configs.layers(cell, units, bidirectional)) {
          if (batch == isBatch(layer)) {
            layers.put(
                ModelViews.title(layer), Configs.with(layer, dropout, layer.normalization()));
          }
        }
      }
    }
    return layers;
  }

  /**
   * Enough of kernels × models for every pair of options, kernels among them, that occurs in a
   * layer or in a network: see {@link ModelViews} and {@link Pairwise}. With {@code -Psoak} all.
   */
  static Stream<Arguments> cases(Map<String, ModelConfig> models) {
    return cases(all(models));
  }

  /** Every kernel × every model. */
  static Stream<Arguments> all(Map<String, ModelConfig> models) {
    return TestKernels.named().stream()
        .flatMap(
            kernels ->
                models.entrySet().stream()
                    .map(each -> arguments(kernels, Named.of(each.getKey(), each.getValue()))));
  }

  /** As {@link #cases(Map)}, of these kernels and models. */
  static Stream<Arguments> cases(Stream<Arguments> all) {
    return Pairwise.cases(
        all.toList(),
        each -> {
          List<Map<String, Object>> views = ModelViews.of(config(each));
          views.forEach(view -> view.put("kernels", kernels(each).name()));
          return views;
        })
        .stream();
  }

  /** The kernels of a case. */
  static Kernels kernels(Arguments each) {
    return (Kernels) ((Named<?>) each.get()[0]).getPayload();
  }

  /** The model of a case. */
  static ModelConfig config(Arguments each) {
    return (ModelConfig) ((Named<?>) each.get()[1]).getPayload();
  }

  /** A model without dropout on the embedding. */
  static ModelConfig model(
      Topology topology, int embedding, List<LayerConfig> layers, List<DenseConfig> dense) {
    return model(topology, embedding, 0, layers, dense);
  }

  /** A model. */
  static ModelConfig model(
      Topology topology,
      int embedding,
      double embeddingDropout,
      List<LayerConfig> layers,
      List<DenseConfig> dense) {
    return new ModelConfig(
        topology,
        embedding,
        "",
        embeddingDropout,
        ModelConfig.DropoutMask.STEP,
        false,
        new CharactersConfig(0, List.of()),
        ModelConfig.Output.SOFTMAX,
        ModelConfig.Initialization.GLOROT,
        layers,
        ModelConfig.Pooling.LAST,
        "",
        List.of(),
        dense,
        new AdaptiveSoftmaxConfig(List.of(), 4),
        CrfConfig.FREE,
        SigmoidConfig.DEFAULT,
        CtcConfig.GREEDY,
        QuantileConfig.DEFAULT);
  }

  /** The same model on words that are read by their characters, too. */
  static ModelConfig spelt(ModelConfig model, int embedding, LayerConfig... layers) {
    return with(model, "characters", new CharactersConfig(embedding, List.of(layers)));
  }

  /** The same model with parts that are not trained. */
  static ModelConfig freeze(ModelConfig model, String... parts) {
    return with(model, "freeze", List.of(parts));
  }

  /** Every cell and option × topology × direction × input, with or without a dense layer. */
  static Map<String, ModelConfig> singleLayers() {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (boolean batch : new boolean[] {false, true}) {
      for (Topology topology : Configs.topologies()) {
        for (boolean both : new boolean[] {false, true}) {
          for (int embedding : new int[] {0, 4}) {
            cells(1, both, 0).entrySet().stream()
                .filter(each -> batch == isBatch(each.getValue()))
                .forEach(each -> single(models, each.getKey(), topology, both, embedding));
          }
        }
      }
    }
    return models;
  }

  private static boolean isBatch(LayerConfig layer) {
    return layer.normalization() == LayerConfig.Normalization.BATCH;
  }

  private static void single(
      Map<String, ModelConfig> models,
      String name,
      Topology topology,
      boolean both,
      int embedding) {
    int i = models.size();
    LayerConfig layer = cell(name, UNITS[i % UNITS.length], both, 0);
    models.put(
        title(name, topology, both, embedding),
        model(topology, embedding, List.of(layer), dense(i, 0)));
  }

  /**
   * Two layers of any cells and options: every pair without normalisation in one of the directions
   * and topologies, and every cell with normalisation under several others.
   */
  static Map<String, ModelConfig> twoLayers(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    List<String> plain =
        cells(2, false, 0).entrySet().stream()
            .filter(layer -> layer.getValue().normalization() == LayerConfig.Normalization.NONE)
            .map(Map.Entry::getKey)
            .toList();
    for (String lower : plain) {
      for (String upper : plain) {
        stack(models, dropout, lower, upper);
      }
    }
    List<String> all = List.copyOf(cells(2, false, 0).keySet());
    for (int i = 0; i < all.size(); i++) {
      for (int distance : new int[] {1, 8, 13}) {
        stack(models, dropout, all.get(i), all.get((i + distance) % all.size()));
      }
    }
    return models;
  }

  /**
   * Three recurrent layers, as deep networks commonly have: every cell and option at the bottom.
   */
  static Map<String, ModelConfig> threeLayers(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    List<String> all = List.copyOf(cells(2, false, 0).keySet());
    for (int i = 0; i < all.size(); i++) {
      String middle = all.get((i + 5) % all.size());
      stack(models, dropout, all.get(i), middle, all.get((i + 12) % all.size()));
    }
    return models;
  }

  /**
   * Every pooling × direction × input, with and without a dense layer, over cells whose values have
   * either sign or, rectified, are often equal.
   */
  static Map<String, ModelConfig> poolings(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (ModelConfig.Pooling pooling : ModelConfig.Pooling.values()) {
      for (boolean both : new boolean[] {false, true}) {
        for (int embedding : new int[] {0, 4}) {
          for (String name : List.of("rnn RELU", "gru reset AFTER", "lstm ACTIVATION TANH")) {
            int i = models.size();
            LayerConfig layer = cell(name, UNITS[(i + 1) % UNITS.length], both, dropout);
            ModelConfig model =
                model(
                    Topology.MANY_TO_ONE,
                    embedding,
                    embedding > 0 ? dropout : 0,
                    List.of(layer),
                    dense(i, dropout));
            models.put(
                pooling + " of " + title(name, model.topology(), both, embedding),
                pooled(model, pooling));
          }
        }
      }
    }
    return models;
  }

  /**
   * Residual connections: every cell and option around one, on an embedding, on a layer that is not
   * residual and on one that is, in both directions and in one.
   */
  static Map<String, ModelConfig> residuals(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    List<String> all = List.copyOf(cells(2, false, 0).keySet());
    for (int i = 0; i < all.size(); i++) {
      boolean both = i % 3 == 1;
      // Statistics over few units, on statistics over few steps, leave few digits of a float.
      int units = 5 + i % 5;
      int width = both ? 2 * units : units;
      Topology topology = Configs.topologies()[i % Configs.topologies().length];
      LayerConfig first = cells(units, both, dropout).get(all.get(i));
      LayerConfig second = cells(width, false, dropout).get(all.get((i + 7) % all.size()));
      LayerConfig third = cells(units, both, dropout).get("gru reset AFTER");
      List<LayerConfig> layers =
          List.of(
              Configs.with(first, i % 2 == 0),
              Configs.with(second, true),
              Configs.with(third, i % 4 > 1));
      int embedding = i % 2 == 0 ? width : 4 + i % 4;
      models.put(
          "residual " + i + ": " + topology + ", " + all.get(i) + (both ? ", bidirectional" : ""),
          model(topology, embedding, embedding > 0 ? dropout : 0, layers, dense(i, dropout)));
    }
    return models;
  }

  /** Language models whose embedding is the output's weight: over each cell, one layer or two. */
  static Map<String, ModelConfig> tied(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    cells(1, false, 0)
        .keySet()
        .forEach(
            name -> {
              int i = models.size();
              LayerConfig layer = cell(name, UNITS[i % UNITS.length], false, dropout);
              List<DenseConfig> dense =
                  i % 2 == 0
                      ? List.of()
                      : List.of(new DenseConfig(6, DenseConfig.Activation.TANH, dropout));
              int width = i % 2 == 0 ? layer.units() : 6;
              List<LayerConfig> layers = i % 3 == 0 ? List.of(layer) : List.of(layer, layer);
              models.put(
                  "tied, " + name,
                  tied(model(Topology.MANY_TO_MANY, width, dropout, layers, dense)));
            });
    return models;
  }

  /** Every cell and option × direction with recurrent dropout, some of them with more. */
  static Map<String, ModelConfig> recurrentDropout(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (boolean both : new boolean[] {false, true}) {
      for (String name : cells(1, both, 0).keySet()) {
        int i = models.size();
        Topology topology = Configs.topologies()[i % Configs.topologies().length];
        LayerConfig layer = cell(name, UNITS[i % UNITS.length], both, i % 3 == 0 ? dropout : 0);
        List<LayerConfig> layers =
            i % 2 == 0
                ? List.of(Configs.withRecurrent(layer, dropout))
                : List.of(layer, Configs.withRecurrent(layer, dropout));
        int embedding = i % 4 < 2 ? 0 : 3;
        models.put(
            "recurrent dropout " + title(name, topology, both, embedding),
            model(topology, embedding, layers, dense(i, 0)));
      }
    }
    return models;
  }

  /** Some of the stacks, with one dropout mask for all steps of a sequence. */
  static Map<String, ModelConfig> variational(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    threeLayers(dropout)
        .forEach(
            (name, model) ->
                models.put(
                    "variational " + name,
                    with(model, "dropoutMask", ModelConfig.DropoutMask.SEQUENCE)));
    return models;
  }

  /** The same model with the embedding as the output's weight. */
  private static ModelConfig tied(ModelConfig model) {
    return with(model, "tieEmbeddings", true);
  }

  /** The same model with a conditional random field. */
  static ModelConfig crf(ModelConfig model) {
    return with(model, ModelConfig.Output.CRF);
  }

  /** The same model for texts. */
  static ModelConfig ctc(ModelConfig model) {
    return with(model, ModelConfig.Output.CTC);
  }

  /** The same model with independent labels. */
  static ModelConfig sigmoid(ModelConfig model) {
    return with(model, ModelConfig.Output.SIGMOID);
  }

  private static ModelConfig with(ModelConfig model, ModelConfig.Output output) {
    return with(model, "output", output);
  }

  /** The same model with another value of one of its components. */
  private static ModelConfig with(ModelConfig model, String component, Object value) {
    RecordComponent[] components = ModelConfig.class.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        boolean other = components[i].getName().equals(component);
        values[i] = other ? value : components[i].getAccessor().invoke(model);
      }
      return ModelConfig.class.getConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** The same model with an adaptive softmax. */
  static ModelConfig adaptive(ModelConfig model, double factor, Integer... cutoffs) {
    return with(
        with(model, ModelConfig.Output.ADAPTIVE_SOFTMAX),
        "adaptiveSoftmax",
        new AdaptiveSoftmaxConfig(List.of(cutoffs), factor));
  }

  /** Real values over a few cells, in every topology. */
  static Map<String, ModelConfig> values(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (ModelConfig.Output output : ModelConfig.Output.values()) {
      for (Topology topology : Configs.topologies()) {
        LayerConfig layer = List.copyOf(cells(9, false, dropout).values()).get(models.size());
        ModelConfig model = model(topology, 3, List.of(layer), List.of());
        if (output.targets() == TargetType.VALUES) {
          models.put(output + " " + topology, with(model, output));
        }
      }
    }
    return models;
  }

  /** The same model with another pooling. */
  static ModelConfig pooled(ModelConfig model, ModelConfig.Pooling pooling) {
    return with(model, "pooling", pooling);
  }

  /** Adaptive softmaxes for 9 classes or more, at every step and of a sequence. */
  static Map<String, ModelConfig> adaptive(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (Topology topology : List.of(Topology.MANY_TO_MANY, Topology.MANY_TO_ONE)) {
      for (LayerConfig layer :
          cells(9, topology == Topology.MANY_TO_ONE, dropout).values().stream().limit(3).toList()) {
        ModelConfig model = model(topology, 3, List.of(layer), List.of());
        String name = ModelViews.title(layer) + ", " + topology;
        models.put(name + ", one cluster", adaptive(model, 4, 3));
        models.put(name + ", two clusters", adaptive(model, 2, 1, 4));
      }
    }
    return models;
  }

  /** Adds a stack; its number decides on directions, topology, widths and input. */
  private static void stack(Map<String, ModelConfig> models, double dropout, String... names) {
    int i = models.size();
    Topology topology = Configs.topologies()[(i >> names.length) % Configs.topologies().length];
    int embedding = i % 3 == 0 ? 0 : 2 + i % 3;
    boolean normalized = Arrays.stream(names).anyMatch(name -> name.endsWith(NORMALIZED));
    List<LayerConfig> layers = new ArrayList<>();
    List<String> titles = new ArrayList<>();
    for (int l = 0; l < names.length; l++) {
      boolean both = (i >> l & 1) != 0;
      // A normalised product with a single number no longer depends on its size.
      int units = Math.max(UNITS[(i + 2 * l) % UNITS.length], normalized ? 3 : 2);
      layers.add(cell(names[l], units, both, dropout));
      titles.add(names[l] + (both ? ", bidirectional" : ", forward"));
    }
    models.put(
        i + ": " + topology + ", " + String.join(" under ", titles),
        model(topology, embedding, embedding > 0 ? dropout : 0, layers, dense(i, dropout)));
  }

  /**
   * A cell of {@link #cells}. Normalisation needs several units; a few rectifiers may all be off
   * for every input, and many, having no bound, make the loss of the output layer vanish.
   */
  private static LayerConfig cell(String name, int units, boolean both, double dropout) {
    LayerConfig layer = cells(units, both, dropout).get(name);
    boolean plain = layer.normalization() == LayerConfig.Normalization.NONE;
    boolean rectifies = layer.activation() == LayerConfig.Activation.RELU;
    int wide = rectifies ? 8 + units % 2 : Math.max(units, plain ? 1 : 3);
    return cells(wide, both, dropout).get(name);
  }

  /** Whether the state goes forward only, so that it can be carried and the gradient truncated. */
  static boolean forwardOnly(ModelConfig model) {
    return model.layers().stream().noneMatch(LayerConfig::bidirectional);
  }

  /** No dense layer, one of each activation in turn, or two. */
  private static List<DenseConfig> dense(int i, double dropout) {
    List<DenseConfig> dense = new ArrayList<>();
    DenseConfig.Activation[] activations = DenseConfig.Activation.values();
    if (i % 2 == 1) {
      dense.add(new DenseConfig(4 + i % 7, activations[i / 2 % activations.length], dropout));
    }
    if (i % 4 == 1) {
      dense.add(new DenseConfig(8, activations[i / 4 % activations.length], 0));
    }
    return dense;
  }

  private static String title(String cell, Topology topology, boolean both, int embedding) {
    return String.join(
        ", ",
        cell,
        topology.toString(),
        both ? "bidirectional" : "forward",
        embedding == 0 ? "one-hot" : "embedding");
  }
}
