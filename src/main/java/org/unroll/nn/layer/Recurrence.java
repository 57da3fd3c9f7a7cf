package org.unroll.nn.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.nn.cell.Cell;
import org.unroll.nn.cell.CellParameters;
import org.unroll.nn.cell.Walk;
import org.unroll.nn.norm.RunningMoments;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/** One direction of a recurrent layer: projection of the input, then the cell from step to step. */
final class Recurrence {
  private final String prefix;
  private final String suffix;
  private final Walk walk;
  private final boolean forward;
  private final int units;
  private final Cell cell;
  private final Projection projection;
  private final FMatrixRMaj bias;
  private final Steps gates = new Steps();
  private final Steps output = new Steps();

  /** What goes from step to step: the cell's states and the output. */
  private final List<Steps> states;

  private final List<Steps> stateGradients;
  private final List<float[]> carried = new ArrayList<>();
  private int carriedLanes;

  /** Tells its recurrent dropout's masks from others; 0 is without. */
  private final int dropoutNumber;

  private int[] dropoutKeys = new int[0];
  private final WindowStates windows = new WindowStates();

  /**
   * A direction.
   *
   * @param dropoutNumber tells the masks of its recurrent dropout from others in the network; 0 if
   *     it has none
   */
  Recurrence(
      String prefix,
      int direction,
      int units,
      Cell cell,
      Projection projection,
      int dropoutNumber) {
    this.dropoutNumber = dropoutNumber;
    this.prefix = prefix;
    this.suffix = direction > 0 ? "" : "_reverse";
    walk = new Walk(direction);
    forward = direction > 0;
    this.units = units;
    this.cell = cell;
    this.projection = projection;
    states = new ArrayList<>(cell.states());
    states.add(output);
    stateGradients = cell.stateGradients();
    bias = new FMatrixRMaj(cell.gates() * units, 1);
  }

  String name(String parameter) {
    return prefix + parameter + suffix;
  }

  /** What it has beside the weights and biases that every recurrence has. */
  List<ParameterSpec> ownParameters() {
    List<ParameterSpec> own = new ArrayList<>();
    for (List<ParameterSpec> part : List.of(projection.parameters(), cell.parameters())) {
      for (ParameterSpec spec : part) {
        own.add(spec.named(name(spec.name())));
      }
    }
    return own;
  }

  /** Its running moments, if its input is batch normalised. */
  Optional<RunningMoments> runningMoments() {
    return Optional.ofNullable(projection.batchNorm())
        .map(
            norm ->
                new RunningMoments(
                    name(BatchNormalizedProjection.MEAN),
                    name(BatchNormalizedProjection.VARIANCE),
                    norm));
  }

  /** Whether training looks at all steps of a block before it goes on. */
  boolean measures() {
    return projection.batchNorm() != null && !projection.batchNorm().isFixed();
  }

  void bind(Kernels kernels, Parameters values, Parameters gradient) {
    FMatrixRMaj inputBias = values.get(name("bias_ih"));
    FMatrixRMaj recurrentBias = values.get(name("bias_hh"));
    int folded = cell.foldedBiasRows();
    for (int r = 0; r < bias.numRows; r++) {
      bias.data[r] = inputBias.data[r] + (r < folded ? recurrentBias.data[r] : 0f);
    }
    CellParameters own = parameter -> values.get(name(parameter));
    CellParameters ownGradient = parameter -> gradient.get(name(parameter));
    projection.bindOwn(kernels, own, ownGradient);
    projection.bind(
        kernels,
        values.get(name("weight_ih")),
        bias,
        gradient.get(name("weight_ih")),
        gradient.get(name("bias_ih")));
    cell.bind(kernels, own, ownGradient);
  }

  Steps forward(Pass pass, Steps input) {
    Timeline timeline = pass.block().timeline();
    gates.reshape(timeline, cell.gates() * units);
    output.reshape(timeline, units);
    cell.reshape(output);
    projection.forward(pass, input, gates);
    if (pass.carry()) {
      putState(timeline);
    }
    if (pass.enters()) {
      windows.putStates(pass.window(), states);
    }
    if (dropoutNumber != 0) {
      cell.drop(pass.isTraining() ? dropoutKeys(pass, timeline) : null);
    }
    walk.over(timeline, pass.truncate(), pass.enters());
    cell.forward(gates, output, walk);
    if (pass.leaves()) {
      windows.keepStates(pass.window() + 1, states);
    }
    if (!pass.isTraining() && forward) {
      takeState(timeline, pass);
    }
    return output;
  }

  private int[] dropoutKeys(Pass pass, Timeline timeline) {
    if (dropoutKeys.length < timeline.lanes()) {
      dropoutKeys = new int[timeline.lanes()];
    }
    for (int lane = 0; lane < timeline.size(); lane++) {
      dropoutKeys[lane] = pass.dropoutKey(lane, dropoutNumber);
    }
    return dropoutKeys;
  }

  void backward(Pass pass, Steps input, Steps outputGradient, Steps inputGradient) {
    // Windows end where the gradient is cut, if it is.
    boolean flows = pass.truncate() == 0;
    if (flows && pass.leaves()) {
      windows.addGradients(stateGradients, outputGradient);
    }
    cell.backward(gates, output, outputGradient, walk);
    pass.wentBack(ParameterSpec.layerOf(prefix), forward, outputGradient);
    if (flows && pass.enters()) {
      windows.keepGradients(stateGradients, outputGradient);
    }
    projection.backward(pass, input, gates, inputGradient);
  }

  /** Puts the state of the pass before in front of the first step. */
  private void putState(Timeline timeline) {
    if (carriedLanes == 0) {
      return;
    }
    if (carriedLanes != timeline.lanes()) {
      throw new IllegalStateException(
          "a state of "
              + carriedLanes
              + " lanes cannot be carried into a block of "
              + timeline.lanes());
    }
    for (int s = 0; s < states.size(); s++) {
      Steps state = states.get(s);
      System.arraycopy(carried.get(s), 0, state.data(), state.offset(-1), units * timeline.lanes());
    }
  }

  /** Keeps each lane's state at its own last step. */
  private void takeState(Timeline timeline, Pass pass) {
    int lanes = timeline.lanes();
    carriedLanes = lanes;
    for (int s = 0; s < states.size(); s++) {
      Steps state = states.get(s);
      if (carried.size() <= s) {
        carried.add(new float[0]);
      }
      if (carried.get(s).length < units * lanes) {
        carried.set(s, new float[units * lanes]);
      }
      float[] kept = carried.get(s);
      for (int lane = 0; lane < timeline.size(); lane++) {
        int from = state.offset(pass.block().length(lane) - 1) + lane;
        for (int r = 0; r < units; r++) {
          kept[r * lanes + lane] = state.data()[from + r * lanes];
        }
      }
    }
  }

  /** Forgets the carried state: the next pass begins with zeros. */
  void reset() {
    carriedLanes = 0;
  }
}
