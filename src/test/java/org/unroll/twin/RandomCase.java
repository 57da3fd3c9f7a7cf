package org.unroll.twin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.unroll.batch.TestBlocks;
import org.unroll.config.DenseConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.Targets;
import org.unroll.hash.Hash;

/**
 * A small random network with sequences for it. All values are functions of the seed and fit single
 * precision exactly, so that the network in float starts from the same numbers.
 */
public record RandomCase(
    String name, TwinModel model, Map<String, double[][]> parameters, List<Example> examples) {
  private static final int SYMBOLS = 6;
  private static final int FEATURES = 3;
  private static final int CLASSES = 4;
  private static final double SPREAD = 0.9;

  @Override
  public String toString() {
    return name;
  }

  /** Random parameters and sequences of these lengths for a model. */
  public static RandomCase of(String name, TwinModel model, long seed, int... lengths) {
    return sized(name, model, SYMBOLS, CLASSES, seed, lengths);
  }

  /** As {@link #of}, for a dictionary of {@code symbols} and {@code classes} outputs. */
  public static RandomCase sized(
      String name, TwinModel model, int symbols, int classes, long seed, int... lengths) {
    Random random = new Random(seed);
    Map<String, double[][]> parameters = new LinkedHashMap<>();
    model
        .shapes(symbols, classes)
        .forEach((key, shape) -> parameters.put(key, matrix(random, shape[0], shape[1])));
    parameters.forEach(
        (key, rows) -> {
          if (mayFeedRectifier(model, key) || key.contains("running_var")) {
            for (double[] row : rows) {
              row[0] = Math.abs(row[0]) + (key.contains("running_var") ? 0.5 : 0);
            }
          }
          double shrink = shrink(model, key, rows[0].length);
          for (double[] row : rows) {
            Arrays.setAll(row, k -> (float) (row[k] * shrink));
          }
        });
    List<Example> examples = new ArrayList<>();
    for (int length : lengths) {
      int targets = model.topology().targetPerStep() ? length : 1;
      long id = random.nextLong();
      int[] inputs = random.ints(length * model.symbolsPerStep(), 0, symbols).toArray();
      float[] features = new float[length * model.features()];
      for (int i = 0; i < features.length; i++) {
        features[i] = (float) random.nextGaussian();
      }
      int[] outputs = random.ints(targets, 0, classes).toArray();
      int[] wordEnds = new int[model.characters() == null ? 0 : length];
      for (int t = 0; t < wordEnds.length; t++) {
        wordEnds[t] = (t == 0 ? 0 : wordEnds[t - 1]) + 1 + random.nextInt(4);
      }
      int[] characters =
          random.ints(wordEnds.length == 0 ? 0 : wordEnds[length - 1], 0, symbols).toArray();
      Targets answers =
          model.output() instanceof TwinValues values
              ? reals(random, targets, classes / values.perValue())
              : model.output() instanceof TwinCtc
                  ? TestBlocks.text(outputs)
                  : new Targets.Classes(outputs);
      examples.add(new Example(id, length, inputs, features, characters, wordEnds, answers, 1));
    }
    return new RandomCase(name, model, parameters, examples);
  }

  /** Real values, of which some are missing. */
  private static Targets reals(Random random, int targets, int width) {
    float[] values = new float[targets * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = i > 0 && random.nextInt(5) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    return new Targets.Reals(targets, values);
  }

  /** Every cell with every option of the mathematics. */
  public static Map<String, TwinCell> cells() {
    Map<String, TwinCell> cells = new LinkedHashMap<>();
    for (TwinRnn.Activation activation : TwinRnn.Activation.values()) {
      cells.put("rnn " + activation, new TwinRnn(activation));
    }
    for (TwinGru.Reset reset : TwinGru.Reset.values()) {
      cells.put("gru reset " + reset, new TwinGru(reset));
    }
    for (TwinLstm.GatesRead read : TwinLstm.GatesRead.values()) {
      for (TwinLstm.Output output : TwinLstm.Output.values()) {
        cells.put("lstm gates read " + read + ", output " + output, new TwinLstm(read, output));
      }
    }
    return cells;
  }

  /** Every cell with every option, with each normalisation. */
  static Map<String, TwinModel.Layer> layers(int units, boolean both) {
    Map<String, TwinModel.Layer> layers = new LinkedHashMap<>();
    for (List<TwinNorm> norms :
        List.of(List.of(TwinNorm.NONE, TwinNorm.LAYER), List.of(TwinNorm.BATCH))) {
      cells()
          .forEach(
              (name, cell) -> {
                for (TwinNorm norm : norms) {
                  String title = norm == TwinNorm.NONE ? name : name + ", " + norm + " norm";
                  layers.put(title, new TwinModel.Layer(cell, units, both, norm));
                }
              });
    }
    return layers;
  }

  /** Every cell and option, each direction, topology and kind of input, one layer and ragged. */
  public static List<RandomCase> singleLayers() {
    List<RandomCase> cases = new ArrayList<>();
    layers(3, false)
        .forEach(
            (name, layer) -> {
              for (Topology topology : Configs.topologies()) {
                for (boolean both : new boolean[] {false, true}) {
                  for (int embedding : new int[] {0, 3}) {
                    cases.add(
                        of(
                            title(name, topology, both, embedding, 1),
                            new TwinModel(
                                topology, embedding, List.of(sized(layer, 3, both)), List.of()),
                            100 + cases.size(),
                            5,
                            1,
                            3));
                  }
                  cases.add(
                      of(
                          title(name, topology, both, 2, 1) + " beside fields and real values",
                          new TwinModel(topology, 2, List.of(sized(layer, 3, both)), List.of())
                              .beside(List.of(3, 1), both ? 0 : 2),
                          100 + cases.size(),
                          5,
                          1,
                          3));
                  cases.add(
                      of(
                          title(name, topology, both, 0, 1) + " replaced by real values",
                          new TwinModel(topology, 0, List.of(sized(layer, 3, both)), List.of())
                              .onFeatures(FEATURES),
                          100 + cases.size(),
                          5,
                          1,
                          3));
                }
              }
            });
    return cases;
  }

  /** Stacks of different cells, widths and directions, with dense layers on top. */
  public static List<RandomCase> stacks() {
    List<RandomCase> cases = new ArrayList<>();
    Map<String, TwinModel.Layer> named = layers(3, false);
    List<String> names = List.copyOf(named.keySet());
    List<TwinModel.Layer> layers = List.copyOf(named.values());
    for (int i = 0; i < layers.size(); i++) {
      int next = (i + 1) % layers.size();
      int third = (i + 5) % layers.size();
      int seed = layers.get(i).norm() == TwinNorm.BATCH ? 1500 : 1300;
      for (Topology topology : Configs.topologies()) {
        boolean one = topology == Topology.MANY_TO_ONE;
        boolean both = i % 2 == 0;
        cases.add(
            of(
                title(names.get(i) + " under " + names.get(next), topology, both, 2, 2),
                new TwinModel(
                    topology,
                    2,
                    List.of(sized(layers.get(i), 4, both), sized(layers.get(next), 3, both && one)),
                    List.of(dense(i, 5))),
                seed + cases.size(),
                4,
                1,
                2));
        cases.add(
            of(
                title(names.get(i) + " in a stack", topology, false, 0, 3),
                new TwinModel(
                    topology,
                    0,
                    List.of(
                        sized(layers.get(i), 3, false),
                        sized(layers.get(next), 4, false),
                        sized(layers.get(third), 3, false)),
                    List.of(dense(i, 5), dense(i + 1, 4))),
                seed + cases.size(),
                7,
                1,
                4));
      }
    }
    return cases;
  }

  /** Every pooling but the last step, which the others have, over different cells. */
  static List<RandomCase> poolings() {
    List<RandomCase> cases = new ArrayList<>();
    List<TwinModel.Layer> layers = List.copyOf(layers(3, false).values());
    for (TwinPooling pooling : TwinPooling.values()) {
      for (boolean both : new boolean[] {false, true}) {
        for (int embedding : new int[] {0, 3}) {
          int i = 5 * cases.size();
          TwinModel.Layer layer = layers.get(i % layers.size());
          TwinModel model =
              new TwinModel(
                      Topology.MANY_TO_ONE,
                      embedding,
                      List.of(sized(layer, 4, !both), sized(layer, 3, both)),
                      embedding == 0 ? List.of() : List.of(dense(i, 5)))
                  .pooled(pooling);
          String name = pooling + title(" of " + layer, model.topology(), both, embedding, 2);
          cases.add(of(name, model, 2600 + cases.size(), 5, 1, 3));
        }
      }
    }
    return cases;
  }

  /** Residual connections on each kind of input, between layers, and around both directions. */
  static List<RandomCase> residuals() {
    List<RandomCase> cases = new ArrayList<>();
    List<TwinModel.Layer> layers = List.copyOf(layers(4, false).values());
    for (int i = 0; i < layers.size(); i++) {
      Topology topology = Configs.topologies()[i % Configs.topologies().length];
      TwinModel.Layer first = sized(layers.get(i), 4, false).withResidual();
      TwinModel.Layer second = sized(layers.get((i + 3) % layers.size()), 2, true).withResidual();
      TwinModel model = new TwinModel(topology, 4, List.of(first, second), List.of());
      TwinModel formed =
          switch (i % 4) {
            case 0 -> model.onFeatures(4);
            case 1 -> new TwinModel(topology, 1, model.layers(), List.of()).beside(List.of(2), 1);
            default -> model;
          };
      String name = title("residual " + first, topology, true, model.embedding(), 2);
      cases.add(of(name, formed, 2800 + i, 5, 1, 3));
    }
    return cases;
  }

  /** Sets of labels, under some of the stacks. */
  static List<RandomCase> labels() {
    return stacks().stream().limit(8).map(RandomCase::labelled).toList();
  }

  /** The embedding is the output's weight, too: over each cell, with and without a dense layer. */
  static List<RandomCase> tied() {
    List<RandomCase> cases = new ArrayList<>();
    for (TwinModel.Layer layer : layers(3, false).values()) {
      boolean dense = cases.size() % 2 == 0;
      TwinModel model =
          new TwinModel(
                  Topology.MANY_TO_MANY,
                  3,
                  List.of(sized(layer, dense ? 5 : 3, false)),
                  dense ? List.of(dense(cases.size() / 2, 3)) : List.of())
              .tied(true);
      String name = "tied " + title(layer.toString(), model.topology(), false, 3, 1);
      cases.add(sized(name, model, SYMBOLS, SYMBOLS, 2900 + cases.size(), 5, 1, 3));
    }
    return cases;
  }

  /** An adaptive softmax of one to three clusters, whose inputs are narrower or as wide. */
  static List<RandomCase> adaptive() {
    List<RandomCase> cases = new ArrayList<>();
    List<TwinModel.Layer> layers = List.copyOf(layers(3, false).values());
    for (List<Integer> cutoffs : List.of(List.of(2), List.of(1, 4), List.of(3, 4, 7))) {
      for (double factor : new double[] {1, 2, 4}) {
        for (Topology topology : Configs.topologies()) {
          int i = 7 * cases.size();
          TwinModel.Layer layer = sized(layers.get(i % layers.size()), 5, i % 2 == 0);
          TwinModel model =
              new TwinModel(
                      topology, 2, List.of(layer), i % 3 == 0 ? List.of(dense(i, 6)) : List.of())
                  .with(new TwinAdaptiveSoftmax(cutoffs, factor));
          String name = model.output() + title(" over " + layer, topology, i % 2 == 0, 2, 1);
          cases.add(sized(name, model, SYMBOLS, 9, 3000 + i, 5, 1, 3));
        }
      }
    }
    return cases;
  }

  /** Tags that fit together, over different cells. */
  static List<RandomCase> tagged() {
    List<RandomCase> cases = new ArrayList<>();
    List<TwinModel.Layer> layers = List.copyOf(layers(3, false).values());
    for (boolean both : new boolean[] {false, true}) {
      for (int embedding : new int[] {0, 3}) {
        TwinModel.Layer layer = sized(layers.get(7 * cases.size() % layers.size()), 3, both);
        TwinModel model =
            new TwinModel(
                    Topology.MANY_TO_MANY,
                    embedding,
                    List.of(layer),
                    both ? List.of() : List.of(dense(cases.size(), 5)))
                .with(new TwinCrf());
        String name = "tagged " + title(layer.toString(), model.topology(), both, embedding, 1);
        cases.add(of(name, model, 3600 + cases.size(), 5, 1, 3));
      }
    }
    return cases;
  }

  /** Real values, for rows and for steps. */
  static List<RandomCase> values() {
    List<RandomCase> cases = new ArrayList<>();
    List<TwinModel.Layer> layers = List.copyOf(layers(3, false).values());
    for (TwinValues values : List.of(TwinValues.LINEAR, TwinValues.QUANTILE, TwinValues.GAUSSIAN)) {
      for (Topology topology : Configs.topologies()) {
        int i = 5 * cases.size();
        TwinModel.Layer layer = sized(layers.get(i % layers.size()), 5, i % 2 == 0);
        TwinModel model =
            new TwinModel(
                    topology, 2, List.of(layer), i % 3 == 0 ? List.of(dense(i, 6)) : List.of())
                .with(values);
        String name = values + title(" over " + layer, topology, i % 2 == 0, 2, 1);
        cases.add(sized(name, model, SYMBOLS, 6, 3200 + i, 5, 1, 3));
      }
    }
    return cases;
  }

  /** Texts of their own length. */
  static List<RandomCase> texts() {
    List<RandomCase> cases = new ArrayList<>();
    for (TwinModel.Layer layer : layers(3, false).values()) {
      int i = cases.size();
      TwinModel model =
          new TwinModel(
                  Topology.MANY_TO_MANY,
                  i % 3,
                  List.of(sized(layer, 3, i % 2 == 0)),
                  i % 4 == 0 ? List.of(dense(i, 4)) : List.of())
              .with(new TwinCtc());
      String name = "ctc" + title(" over " + layer, model.topology(), i % 2 == 0, i % 3, 1);
      cases.add(of(name, model, 3100 + i, 5, 1, 3));
      if (i == 11) {
        break;
      }
    }
    return cases;
  }

  /** Words spelt by every cell and option in each direction, and by two layers. */
  public static List<RandomCase> spelt() {
    List<RandomCase> cases = new ArrayList<>();
    List<Map.Entry<String, TwinModel.Layer>> layers = List.copyOf(layers(2, false).entrySet());
    for (int i = 0; i < layers.size(); i++) {
      String name = layers.get(i).getKey() + " over characters";
      TwinModel.Layer layer = layers.get(i).getValue();
      TwinModel.Layer next = layers.get((i + 1) % layers.size()).getValue();
      Topology topology = Configs.topologies()[i % 2];
      for (boolean both : new boolean[] {false, true}) {
        cases.add(spelt(title(name, topology, both, 2, 1), topology, sized(layer, 2, both)));
      }
      cases.add(
          spelt(
              title(name, topology, i % 2 == 0, 2, 2),
              topology,
              sized(layer, 2, i % 2 == 0),
              sized(next, 3, i % 2 > 0)));
    }
    TwinModel.Layer lstm = new TwinModel.Layer(TwinLstm.STANDARD, 2, false).withResidual();
    String name = "residual over characters, " + Topology.MANY_TO_ONE;
    cases.add(spelt(name, Topology.MANY_TO_ONE, lstm, sized(lstm, 1, true).withResidual()));
    return cases;
  }

  private static RandomCase spelt(String name, Topology topology, TwinModel.Layer... layers) {
    TwinModel.Layer above = new TwinModel.Layer(new TwinRnn(TwinRnn.Activation.TANH), 3, false);
    return of(
        name,
        new TwinModel(topology, 2, List.of(above), List.of())
            .spelt(new TwinModel.Characters(2, List.of(layers))),
        Hash.of(Hash.of(name), 0),
        4,
        1,
        3);
  }

  /** All cases. */
  public static List<RandomCase> all() {
    List<RandomCase> cases = new ArrayList<>(singleLayers());
    cases.addAll(stacks());
    cases.addAll(spelt());
    cases.addAll(poolings());
    cases.addAll(residuals());
    cases.addAll(tied());
    cases.addAll(adaptive());
    cases.addAll(labels());
    cases.addAll(tagged());
    cases.addAll(values());
    cases.addAll(texts());
    return cases;
  }

  /** Whether the state can be carried across a cut: not with a direction that reads backwards. */
  public boolean oneWay() {
    return model.layers().stream().noneMatch(TwinModel.Layer::bidirectional);
  }

  /** The network's options: {@link ModelViews}. */
  List<Map<String, Object>> views() {
    List<Map<String, Object>> views = ModelViews.of(Configs.of(model));
    views.get(views.size() - 1).put("input", input());
    return views;
  }

  private String input() {
    if (model.characters() != null) {
      return "words and their characters";
    }
    if (model.embedding() == 0) {
      return model.features() > 0 ? "real values" : "one-hot";
    }
    String embedded = model.fields().isEmpty() ? "embedding" : "embedded fields";
    return model.features() > 0 ? embedded + " beside real values" : embedded;
  }

  /** The same with sequences of weights 0, ½, 1, 1½ … in turn. */
  public RandomCase weighted() {
    List<Example> weighted = new ArrayList<>();
    for (Example e : examples) {
      float weight = weighted.size() / 2f;
      weighted.add(
          new Example(
              e.id(),
              e.steps(),
              e.inputs(),
              e.features(),
              e.characters(),
              e.wordEnds(),
              e.targets(),
              weight));
    }
    return new RandomCase(name, model, parameters, weighted);
  }

  /** The same with a set of labels as each target: about half of the outputs, possibly none. */
  public RandomCase labelled() {
    int labels = parameters.get("output.bias").length;
    List<Example> labelled = new ArrayList<>();
    for (Example e : examples) {
      List<Integer> symbols = new ArrayList<>();
      int[] ends = new int[e.targets().size()];
      for (int t = 0; t < ends.length; t++) {
        for (int k = 0; k < labels; k++) {
          if (Hash.unit(Hash.of(e.id(), t, k)) < 0.5) {
            symbols.add(k);
          }
        }
        ends[t] = symbols.size();
      }
      int[] all = symbols.stream().mapToInt(Integer::intValue).toArray();
      labelled.add(e.withTargets(new Targets.Labels(all, ends)));
    }
    return new RandomCase("labels, " + name, model.with(new TwinSigmoid()), parameters, labelled);
  }

  /** The twin's result. */
  public TwinResult run(TwinOptions options) {
    return Twin.run(model, parameters, examples, options);
  }

  private static TwinModel.Layer sized(TwinModel.Layer layer, int units, boolean both) {
    return new TwinModel.Layer(layer.cell(), units, both, layer.norm());
  }

  private static DenseConfig dense(int i, int units) {
    DenseConfig.Activation[] activations = DenseConfig.Activation.values();
    return new DenseConfig(units, activations[i % activations.length], 0);
  }

  private static String title(
      String cell, Topology topology, boolean both, int embedding, int layers) {
    return String.join(
        ", ",
        cell,
        topology.toString(),
        both ? "bidirectional" : "forward",
        embedding == 0 ? "one-hot" : "embedding",
        layers + (layers == 1 ? " layer" : " layers"));
  }

  /** Biases before a rectifier are positive: one that is always off hides what lies below. */
  private static boolean mayFeedRectifier(TwinModel model, String parameter) {
    String[] parts = parameter.split("\\.");
    return switch (parts[0]) {
      case "dense" -> parts[2].equals("bias");
      case "layers" ->
          parts[2].startsWith("bias")
              && model.layers().get(Integer.parseInt(parts[1])).cell() instanceof TwinRnn;
      case "characters" ->
          parts.length == 4
              && parts[3].startsWith("bias")
              && model.characters().layers().get(Integer.parseInt(parts[2])).cell()
                  instanceof TwinRnn;
      default -> false;
    };
  }

  /**
   * A factor for what would else let states and errors grow from step to step: recurrent weights of
   * cells without bound, and gains, which divide by a small deviation.
   */
  private static double shrink(TwinModel model, String parameter, int columns) {
    String[] parts = parameter.split("\\.");
    if (!parts[0].equals("layers")) {
      return 1;
    }
    TwinCell cell = model.layers().get(Integer.parseInt(parts[1])).cell();
    boolean unbounded =
        cell.equals(new TwinRnn(TwinRnn.Activation.RELU))
            || cell instanceof TwinLstm lstm && lstm.output() == TwinLstm.Output.IDENTITY;
    TwinNorm norm = model.layers().get(Integer.parseInt(parts[1])).norm();
    if (parts[2].startsWith("gain_hh")
        || norm == TwinNorm.BATCH && parts[2].startsWith("gain_ih")) {
      return 0.5;
    }
    if (unbounded && parts[2].startsWith("weight_peephole")) {
      return 0.5;
    }
    return unbounded && parts[2].startsWith("weight_hh") ? 1 / Math.sqrt(columns) : 1;
  }

  private static double[][] matrix(Random random, int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      Arrays.setAll(row, j -> (float) ((2 * random.nextDouble() - 1) * SPREAD));
    }
    return matrix;
  }
}
