package org.unroll.twin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.unroll.config.DenseConfig;
import org.unroll.data.Example;
import org.unroll.data.Targets;

/**
 * The forward equations of a network, layer by layer, sequence by sequence and step by step; the
 * tape does the way back.
 */
public final class Twin {
  private final TwinModel model;
  private final TwinOptions options;
  private final Tape tape;
  private final Algebra algebra;
  private final Map<String, int[][]> nodes = new LinkedHashMap<>();
  private final Map<String, double[][]> moments = new LinkedHashMap<>();

  /** What each direction of each layer put out last, by step. */
  private final Map<String, int[][]> activations = new LinkedHashMap<>();

  private Twin(
      TwinModel model, Map<String, double[][]> parameters, TwinOptions options, Tape tape) {
    this.tape = tape;
    algebra = new Algebra(tape);
    this.model = model;
    this.options = options;
    parameters.forEach(
        (name, rows) ->
            nodes.put(name, Arrays.stream(rows).map(algebra::constants).toArray(int[][]::new)));
  }

  /**
   * Loss, logits and gradients of sequences.
   *
   * @param parameters by name, each an array of rows; a bias has one column
   */
  public static TwinResult run(
      TwinModel model,
      Map<String, double[][]> parameters,
      List<Example> examples,
      TwinOptions options) {
    return new Twin(model, parameters, options, new Tape()).run(examples);
  }

  /** The summed loss alone. */
  public static double loss(
      TwinModel model,
      Map<String, double[][]> parameters,
      List<Example> examples,
      TwinOptions options) {
    Twin twin = new Twin(model, parameters, options, Tape.ofValues());
    return twin.tape.value(twin.loss(examples, new ArrayList<>()));
  }

  /**
   * The derivative of one target's loss with respect to every activation a⟨t⟩ of a sequence.
   *
   * @param target which of its targets
   * @return {@code [step][unit]} by layer, such as {@code layers.0} or {@code layers.0_reverse}
   */
  public static Map<String, double[][]> flow(
      TwinModel model, Map<String, double[][]> parameters, Example example, int target) {
    Twin twin = new Twin(model, parameters, TwinOptions.EVALUATION, new Tape());
    List<int[]> outputs = twin.outputs(List.of(example)).get(0);
    int loss = twin.loss(outputs.get(target), example.targets(), target);
    double[] derivatives = twin.tape.derivatives(loss);
    Map<String, double[][]> flow = new LinkedHashMap<>();
    twin.activations.forEach(
        (name, steps) ->
            flow.put(
                name,
                Arrays.stream(steps)
                    .map(step -> Arrays.stream(step).mapToDouble(n -> derivatives[n]).toArray())
                    .toArray(double[][]::new)));
    return flow;
  }

  private TwinResult run(List<Example> examples) {
    List<double[][]> logits = new ArrayList<>();
    int loss = loss(examples, logits);
    double[] derivatives = tape.derivatives(loss);
    Map<String, double[][]> gradients = new LinkedHashMap<>();
    nodes.forEach(
        (name, rows) ->
            gradients.put(
                name,
                Arrays.stream(rows)
                    .map(row -> Arrays.stream(row).mapToDouble(n -> derivatives[n]).toArray())
                    .toArray(double[][]::new)));
    double weight = 0;
    for (Example example : examples) {
      if (example.targets() instanceof Targets.Text text) {
        weight += example.weight() * Math.max(1, text.symbols().length);
        continue;
      }
      for (int t = 0; t < example.targets().size(); t++) {
        weight += example.weight() * weight(example.targets(), t);
      }
    }
    return new TwinResult(tape.value(loss), weight, gradients, logits, moments);
  }

  private int loss(List<Example> examples, List<double[][]> logits) {
    int loss = tape.leaf(0);
    List<List<int[]>> all = outputs(examples);
    for (int e = 0; e < examples.size(); e++) {
      Example example = examples.get(e);
      List<int[]> outputs = all.get(e);
      logits.add(outputs.stream().map(algebra::values).toArray(double[][]::new));
      if (example.targets() instanceof Targets.Text text) {
        int each = model.output().textLoss(algebra, outputs, text);
        loss = tape.add(loss, tape.scale(each, example.weight()));
        continue;
      }
      if (outputs.size() != example.targets().size()) {
        throw new IllegalArgumentException(
            outputs.size() + " outputs need as many targets, got " + example.targets().size());
      }
      for (int each : losses(outputs, example.targets())) {
        loss = tape.add(loss, tape.scale(each, example.weight()));
      }
    }
    return loss;
  }

  /** The losses of a sequence, one for each target or one for all. */
  private int[] losses(List<int[]> outputs, Targets targets) {
    if (model.output() instanceof TwinSigmoid) {
      int[] losses = new int[targets.size()];
      Arrays.setAll(
          losses,
          t -> TwinSigmoid.loss(algebra, outputs.get(t), targets.range(t, t + 1).symbols()));
      return losses;
    }
    if (model.output() instanceof TwinCrf) {
      int whole =
          TwinCrf.loss(
              algebra,
              outputs.toArray(int[][]::new),
              targets.symbols(),
              parameter("output.transitions"),
              vector("output.transitions_start"),
              vector("output.transitions_end"));
      return new int[] {whole};
    }
    int[] losses = new int[targets.size()];
    Arrays.setAll(losses, t -> loss(outputs.get(t), targets, t));
    return losses;
  }

  private double ofClass(int k) {
    List<Double> weights = options.weights().ofClasses();
    return weights.isEmpty() ? 1 : weights.get(k);
  }

  /** Weight of a target within its sequence. */
  private double weight(Targets targets, int t) {
    if (model.output() instanceof TwinValues) {
      return TwinValues.isKnown(targets.values(), targets.values().length / targets.size(), t)
          ? 1
          : 0;
    }
    return model.output() instanceof TwinSigmoid ? 1 : ofClass(targets.symbols()[t]);
  }

  /** The loss of a target; of classes smoothed and weighted cross-entropy, as PyTorch has it. */
  private int loss(int[] outputs, Targets targets, int t) {
    return model.output() instanceof TwinValues values
        ? values.loss(algebra, outputs, targets.values(), t)
        : smoothed(
            algebra, outputs, targets.symbols()[t], options.weights().smoothing(), this::ofClass);
  }

  /** {@code (1−ε) w_y (−log ŷ_y) + ε/K Σ_k w_k (−log ŷ_k)}. */
  static int smoothed(
      Algebra algebra, int[] logits, int target, double smoothing, IntToDoubleFunction ofClass) {
    Tape tape = algebra.tape();
    int loss =
        tape.scale(
            algebra.crossEntropy(logits, target), (1 - smoothing) * ofClass.applyAsDouble(target));
    for (int k = 0; smoothing > 0 && k < logits.length; k++) {
      double share = smoothing / logits.length * ofClass.applyAsDouble(k);
      loss = tape.add(loss, tape.scale(algebra.crossEntropy(logits, k), share));
    }
    return loss;
  }

  /** Logits of every target of all sequences. */
  private List<List<int[]>> outputs(List<Example> examples) {
    List<List<int[]>> hidden = null;
    for (int l = 0; l < model.layers().size(); l++) {
      hidden = layer(l, examples, hidden);
    }
    List<List<int[]>> outputs = new ArrayList<>();
    for (int e = 0; e < examples.size(); e++) {
      outputs.add(logits(examples.get(e), hidden.get(e)));
    }
    return outputs;
  }

  private List<int[]> logits(Example example, List<int[]> hidden) {
    if (!model.topology().targetPerStep()) {
      hidden = List.of(pooled(hidden));
    }
    List<int[]> logits = new ArrayList<>();
    for (int t = 0; t < hidden.size(); t++) {
      int[] a = hidden.get(t);
      for (int k = 0; k < model.dense().size(); k++) {
        a = dropout(model.layers().size() + k, example, t, dense(k, a));
      }
      logits.add(model.output().logits(algebra, this::parameter, model.tied(), a));
    }
    return logits;
  }

  private int[] pooled(List<int[]> hidden) {
    TwinPooling.Weights weights =
        model.pooling().hasWeights()
            ? new TwinPooling.Weights(
                parameter("pooling.weight"),
                vector("pooling.bias"),
                parameter("pooling.weight_score"))
            : null;
    int forward = model.layers().get(model.layers().size() - 1).units();
    return model.pooling().pool(algebra, hidden, forward, weights);
  }

  private int[] dense(int k, int[] a) {
    DenseConfig config = model.dense().get(k);
    int[] sum = affine("dense." + k + ".weight", "dense." + k + ".bias", a);
    return switch (config.activation()) {
      case TANH -> algebra.tanh(sum);
      case RELU -> algebra.map(tape::relu, sum);
      case LINEAR -> sum;
    };
  }

  /** Outputs of a recurrent layer at every step of each sequence; the first reads nothing below. */
  private List<List<int[]>> layer(int l, List<Example> examples, List<List<int[]>> below) {
    TwinModel.Layer layer = model.layers().get(l);
    List<int[][]> there = direction(l, "", examples, below);
    List<int[][]> back = layer.bidirectional() ? direction(l, "_reverse", examples, below) : null;
    List<List<int[]>> outputs = new ArrayList<>();
    for (int e = 0; e < examples.size(); e++) {
      int[][] steps = there.get(e);
      for (int t = 0; t < steps.length; t++) {
        int[] both = back == null ? steps[t] : Algebra.stack(steps[t], back.get(e)[t]);
        int[] y = dropout(l, examples.get(e), t, both);
        if (layer.residual()) {
          y = algebra.add(l > 0 ? below.get(e).get(t) : input(examples.get(e), t), y);
        }
        steps[t] = y;
      }
      outputs.add(Arrays.asList(steps));
    }
    return outputs;
  }

  private List<int[][]> direction(
      int l, String suffix, List<Example> examples, List<List<int[]>> below) {
    List<int[][]> projected = new ArrayList<>();
    for (int e = 0; e < examples.size(); e++) {
      projected.add(products(l, suffix, examples.get(e), below == null ? null : below.get(e)));
    }
    String name = "layers." + l + ".";
    if (model.layers().get(l).norm() == TwinNorm.BATCH) {
      batchNormalize(projected, name, suffix);
    }
    int[] bias = vector(name + "bias_ih" + suffix);
    List<int[][]> outputs = new ArrayList<>();
    for (int e = 0; e < examples.size(); e++) {
      int[][] steps = projected.get(e);
      Arrays.setAll(steps, t -> algebra.add(steps[t], bias));
      Example example = examples.get(e);
      outputs.add(
          recurrence(
              model.layers().get(l),
              name,
              suffix,
              steps,
              mask(l, !suffix.isEmpty(), example),
              (step, state) -> cut(example.id(), l, step, state)));
      activations.put("layers." + l + suffix, outputs.get(e).clone());
    }
    return outputs;
  }

  /** The input's product at every step, layer normalised if so. */
  private int[][] products(int l, String suffix, Example example, List<int[]> below) {
    TwinModel.Layer layer = model.layers().get(l);
    String name = "layers." + l + ".";
    int[][] products = new int[example.steps()][];
    for (int t = 0; t < products.length; t++) {
      products[t] = inputProduct(l, name + "weight_ih" + suffix, example, t, below);
      if (layer.norm() == TwinNorm.LAYER) {
        int[] vectors = layer.cell().vectors(layer.units());
        products[t] = normalized(products[t], vector(name + "gain_ih" + suffix), vectors);
      }
    }
    return products;
  }

  /** Each row over all steps of all sequences, or with its running moments. */
  private void batchNormalize(List<int[][]> products, String name, String suffix) {
    int[] gain = vector(name + "gain_ih" + suffix);
    String meanName = name + "running_mean" + suffix;
    String varianceName = name + "running_var" + suffix;
    double[][] means = new double[gain.length][1];
    double[][] variances = new double[gain.length][1];
    for (int r = 0; r < gain.length; r++) {
      int row = r;
      int[] values =
          products.stream().flatMap(Arrays::stream).mapToInt(step -> step[row]).toArray();
      double[] numbers = algebra.values(values);
      means[r][0] = Arrays.stream(numbers).average().orElseThrow();
      double mean = means[r][0];
      double squares = Arrays.stream(numbers).map(v -> (v - mean) * (v - mean)).sum();
      variances[r][0] = squares / (numbers.length - 1);
      int[] normalized =
          options.running()
              ? TwinNorm.running(
                  algebra,
                  values,
                  gain[r],
                  tape.value(vector(meanName)[r]),
                  tape.value(vector(varianceName)[r]))
              : TwinNorm.batch(algebra, values, gain[r]);
      int i = 0;
      for (int[][] steps : products) {
        for (int[] step : steps) {
          step[row] = normalized[i++];
        }
      }
    }
    moments.put(meanName, means);
    moments.put(varianceName, variances);
  }

  /** What a direction does with the state before a step, counted as the direction goes. */
  private interface Cut {
    List<int[]> apply(int step, List<int[]> state);
  }

  /** The cell's outputs, step by step, from its projected input. */
  private int[][] recurrence(
      TwinModel.Layer layer,
      String name,
      String suffix,
      int[][] projected,
      double[] mask,
      Cut cut) {
    TwinCell cell = layer.cell();
    boolean normalized = layer.norm() == TwinNorm.LAYER;
    TwinCell.Weights weights =
        new TwinCell.Weights(
            parameter(name + "weight_hh" + suffix),
            vector(name + "bias_hh" + suffix),
            cell.hasPeephole() ? parameter(name + "weight_peephole" + suffix) : null,
            normalized ? gains(cell, name, suffix) : null,
            mask);
    boolean reverse = !suffix.isEmpty();
    int steps = projected.length;
    int[][] outputs = new int[steps][];
    List<int[]> state = new ArrayList<>();
    for (int s = 0; s < cell.states(); s++) {
      state.add(algebra.zeros(weights.units()));
    }
    for (int i = 0; i < steps; i++) {
      state = cut.apply(i, state);
      int t = reverse ? steps - 1 - i : i;
      state = cell.step(algebra, weights, projected[t], state);
      outputs[t] = state.get(0);
    }
    return outputs;
  }

  private double[] mask(int l, boolean reverse, Example example) {
    double[] mask = new double[model.layers().get(l).units()];
    Arrays.setAll(mask, unit -> options.dropout().recurrent(l, reverse, example.id(), unit));
    return mask;
  }

  private TwinCell.Gains gains(TwinCell cell, String name, String suffix) {
    boolean memory = cell.normalizesMemory();
    return new TwinCell.Gains(
        vector(name + "gain_hh" + suffix),
        memory ? vector(name + "gain_state" + suffix) : null,
        memory ? vector(name + "bias_state" + suffix) : null);
  }

  /** Layer normalisation of the input's product, vector by vector. */
  private int[] normalized(int[] product, int[] gain, int[] vectors) {
    int[] result = new int[0];
    for (int size : vectors) {
      int from = result.length;
      result =
          Algebra.stack(
              result,
              TwinNorm.layer(
                  algebra,
                  Arrays.copyOfRange(product, from, from + size),
                  Arrays.copyOfRange(gain, from, from + size)));
    }
    return result;
  }

  private int[] vector(String name) {
    return algebra.column(parameter(name), 0);
  }

  private List<int[]> cut(long id, int layer, int step, List<int[]> state) {
    if (options.truncate() == 0 || step == 0 || step % options.truncate() > 0) {
      return state;
    }
    List<int[]> constant = new ArrayList<>();
    for (int s = 0; s < state.size(); s++) {
      double[] values = algebra.values(state.get(s));
      constant.add(algebra.constants(options.carry().constants(id, layer, step, s, values)));
    }
    return constant;
  }

  /** {@code W_ax x⟨t⟩}. */
  private int[] inputProduct(int l, String weight, Example example, int t, List<int[]> below) {
    if (l > 0) {
      return algebra.product(parameter(weight), below.get(t));
    }
    if (model.embedding() == 0 && model.features() == 0) {
      return algebra.column(parameter(weight), example.inputs()[t]);
    }
    return algebra.product(parameter(weight), input(example, t));
  }

  /** What the first layer reads, if it is no one-hot symbol. */
  private int[] input(Example example, int t) {
    if (model.isMixed()) {
      return dropout(TwinOptions.EMBEDDING, example, t, mixed(example, t));
    }
    if (model.features() > 0) {
      return features(example, t);
    }
    int[] row = parameter("embedding.weight")[example.inputs()[t]];
    return dropout(TwinOptions.EMBEDDING, example, t, row);
  }

  /** The embeddings of a step's symbols and its real values, one below the other. */
  private int[] mixed(Example example, int t) {
    int symbols = model.symbolsPerStep();
    int[] x = parameter("embedding.weight")[example.inputs()[t * symbols]];
    for (int f = 0; f + 1 < symbols; f++) {
      int symbol = example.inputs()[t * symbols + f + 1];
      x = Algebra.stack(x, parameter(TwinModel.fieldName(f))[symbol]);
    }
    if (model.characters() != null) {
      x = Algebra.stack(x, spelling(example, t));
    }
    return Algebra.stack(x, features(example, t));
  }

  /** What each direction over the characters of a word read last. */
  private int[] spelling(Example example, int t) {
    List<int[]> below = new ArrayList<>();
    for (int i = t == 0 ? 0 : example.wordEnds()[t - 1]; i < example.wordEnds()[t]; i++) {
      below.add(parameter("characters.embedding.weight")[example.characters()[i]]);
    }
    List<TwinModel.Layer> layers = model.characters().layers();
    for (int l = 0; l < layers.size(); l++) {
      TwinModel.Layer layer = layers.get(l);
      String name = "characters.layers." + l + ".";
      int[][] outputs = spelling(layer, name, "", below);
      if (layer.bidirectional()) {
        int[][] reverse = spelling(layer, name, "_reverse", below);
        Arrays.setAll(outputs, i -> Algebra.stack(outputs[i], reverse[i]));
      }
      if (layer.residual()) {
        List<int[]> inputs = below;
        Arrays.setAll(outputs, i -> algebra.add(inputs.get(i), outputs[i]));
      }
      below = Arrays.asList(outputs);
    }
    return TwinPooling.LAST.pool(algebra, below, layers.get(layers.size() - 1).units(), null);
  }

  private int[][] spelling(TwinModel.Layer layer, String name, String suffix, List<int[]> below) {
    int[][] projected = new int[below.size()][];
    for (int t = 0; t < projected.length; t++) {
      int[] product = algebra.product(parameter(name + "weight_ih" + suffix), below.get(t));
      if (layer.norm() == TwinNorm.LAYER) {
        int[] vectors = layer.cell().vectors(layer.units());
        product = normalized(product, vector(name + "gain_ih" + suffix), vectors);
      }
      projected[t] = algebra.add(product, vector(name + "bias_ih" + suffix));
    }
    double[] kept = new double[layer.units()];
    Arrays.fill(kept, 1);
    return recurrence(layer, name, suffix, projected, kept, (step, state) -> state);
  }

  private int[] features(Example example, int t) {
    double[] x = new double[model.features()];
    Arrays.setAll(x, f -> example.features()[t * x.length + f]);
    return algebra.constants(x);
  }

  private int[] dropout(int layer, Example example, int step, int[] x) {
    int[] y = new int[x.length];
    for (int unit = 0; unit < x.length; unit++) {
      y[unit] = tape.scale(x[unit], options.dropout().factor(layer, example.id(), step, unit));
    }
    return y;
  }

  private int[] affine(String weight, String bias, int[] x) {
    return algebra.add(algebra.product(parameter(weight), x), algebra.column(parameter(bias), 0));
  }

  private int[][] parameter(String name) {
    int[][] parameter = nodes.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException(
          "no parameter is called " + name + "; there are " + nodes.keySet());
    }
    return parameter;
  }
}
