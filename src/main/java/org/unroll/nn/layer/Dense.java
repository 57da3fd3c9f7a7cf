package org.unroll.nn.layer;

import java.util.List;
import org.unroll.config.DenseConfig;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.nn.Initializers;
import org.unroll.nn.Pass;
import org.unroll.tensor.Initializer;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/** A dense layer, the same at every step: {@code y = g(W x + b)}. */
public final class Dense implements Layer {
  private final DenseConfig config;
  private final int inputs;
  private final DenseProjection projection;
  private final ParameterSpec weight;
  private final ParameterSpec bias;
  private final Steps output = new Steps();
  private final Steps inputGradient = new Steps();
  private Steps input;
  private Kernels kernels;

  /**
   * A dense layer.
   *
   * @param index number of the layer, from 0, for the names of its parameters
   * @param inputs width of its input
   */
  public Dense(int index, DenseConfig config, int inputs, Initialization start) {
    this.config = config;
    this.inputs = inputs;
    projection = new DenseProjection(config.units(), inputs);
    String prefix = "dense." + index + ".";
    weight =
        new ParameterSpec(
            prefix + "weight",
            ParameterRole.WEIGHT,
            config.units(),
            inputs,
            weightStart(inputs, config.units(), start));
    bias =
        new ParameterSpec(
            prefix + "bias", ParameterRole.BIAS, config.units(), 1, biasStart(inputs, start));
  }

  /** How the weight of a dense or output layer starts. */
  public static Initializer weightStart(int inputs, int outputs, Initialization start) {
    return switch (start) {
      case GLOROT -> Initializers.glorot(inputs, outputs);
      case ORTHOGONAL -> Initializers.orthogonal(outputs);
      case PYTORCH -> Initializers.uniform(1 / Math.sqrt(inputs));
    };
  }

  /** How the bias of a dense or output layer starts. */
  public static Initializer biasStart(int inputs, Initialization start) {
    return switch (start) {
      case GLOROT, ORTHOGONAL -> Initializers.constant(0);
      case PYTORCH -> Initializers.uniform(1 / Math.sqrt(inputs));
    };
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(weight, bias);
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    projection.bind(
        kernels,
        values.get(weight.name()),
        values.get(bias.name()),
        gradient.get(weight.name()),
        gradient.get(bias.name()));
  }

  @Override
  public int outputRows() {
    return config.units();
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    this.input = input;
    Timeline timeline = input.timeline();
    output.reshape(timeline, config.units());
    projection.forward(pass, input, output);
    float[] y = output.data();
    for (int t = 0; t < timeline.steps(); t++) {
      int length = timeline.runLength(t, config.units());
      int o = output.offset(t);
      for (int r = timeline.runs(t, config.units()); r > 0; r--, o += timeline.lanes()) {
        switch (config.activation()) {
          case TANH -> kernels.tanh(y, o, y, o, length);
          case RELU -> kernels.relu(y, o, y, o, length);
          case LINEAR -> {}
        }
      }
      output.clearDead(t, timeline.width(t));
    }
    return output;
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    Timeline timeline = outputGradient.timeline();
    float[] y = output.data();
    float[] dy = outputGradient.data();
    for (int t = 0; t < timeline.steps(); t++) {
      int length = timeline.runLength(t, config.units());
      int yo = output.offset(t);
      int o = outputGradient.offset(t);
      for (int r = timeline.runs(t, config.units()); r > 0; r--) {
        switch (config.activation()) {
          case TANH -> kernels.tanhBack(y, yo, dy, o, dy, o, length);
          case RELU -> kernels.reluBack(y, yo, dy, o, dy, o, length);
          case LINEAR -> {}
        }
        yo += timeline.lanes();
        o += timeline.lanes();
      }
    }
    inputGradient.reshape(timeline, inputs);
    inputGradient.clear();
    projection.backward(pass, input, outputGradient, inputGradient);
    return inputGradient;
  }
}
