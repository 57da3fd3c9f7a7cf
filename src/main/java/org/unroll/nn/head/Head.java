package org.unroll.nn.head;

import java.util.List;
import org.unroll.metric.Measures;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;

/**
 * The output layer with its loss. Loss and gradient come in one call, so that logits of a large
 * dictionary never stand in memory for all steps at once. Confined to one thread.
 */
public interface Head {
  /** The parameters, in the order of the model file. */
  List<ParameterSpec> parameters();

  /**
   * Takes the parameters after each change of their values, and the place of their gradients.
   *
   * @param values shared, not modified
   * @param gradient {@link #train} adds to it
   */
  void bind(Kernels kernels, Parameters values, Parameters gradient);

  /**
   * Computes the loss of a block and goes back: adds the gradient of the summed loss to the
   * parameters' and the block's loss to the tally.
   *
   * @param input values of the last layer; dead lanes zero; not modified
   * @return gradient with respect to the input, zero in dead lanes
   */
  Steps train(Pass pass, Steps input, Tally tally);

  /**
   * Adds the block's loss to the tally, and its predictions to the measures.
   *
   * @param measures of this kind of head, see {@link HeadSpec#measures}
   */
  void evaluate(Pass pass, Steps input, Tally tally, Measures measures);

  /** Probabilities of the classes at every step, classes × lanes; owned by the head. */
  Steps predict(Steps input);
}
