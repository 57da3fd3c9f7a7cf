package org.unroll.nn.layer;

import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.PoolingKernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * Attention over each sequence's own steps (Yang 2016, with the additive score of Bahdanau 2015):
 * {@code u⟨t⟩ = tanh(W a⟨t⟩ + b)}, {@code e⟨t⟩ = vᵀ u⟨t⟩}, {@code α = softmax(e)} over the steps,
 * {@code p = Σ_t α⟨t⟩ a⟨t⟩}. W has as many rows as a.
 *
 * <p>Way back: {@code dα⟨t⟩ = dpᵀ a⟨t⟩}, {@code de⟨t⟩ = α⟨t⟩ (dα⟨t⟩ − Σ_s α⟨s⟩ dα⟨s⟩)}, {@code dv
 * += Σ de⟨t⟩ u⟨t⟩}, {@code δ⟨t⟩ = v de⟨t⟩ ∘ (1 − u⟨t⟩²)}, {@code da⟨t⟩ = α⟨t⟩ dp + Wᵀ δ⟨t⟩}.
 */
final class AttentionPooling implements Layer {
  /** A score that no step has: what stands for it after softmax is replaced by 0. */
  private static final float NO_SCORE = -Float.MAX_VALUE;

  private final int rows;
  private final ParameterSpec weight;
  private final ParameterSpec bias;
  private final ParameterSpec scoreWeight;
  private final DenseProjection projection;
  private final Weight score;
  private final Timeline oneStep = new Timeline();
  private final Steps hidden = new Steps();
  private final Steps attention = new Steps();
  private final Steps output = new Steps();
  private final Steps hiddenGradient = new Steps();
  private final Steps scoreGradient = new Steps();
  private final Steps inputGradient = new Steps();
  private float[] max = new float[0];
  private float[] sum = new float[0];
  private Steps input;
  private Kernels kernels;
  private FMatrixRMaj scoreWeightGradient;

  /**
   * An attention.
   *
   * @param rows width of the layer below
   */
  AttentionPooling(int rows, Initialization start) {
    this.rows = rows;
    projection = new DenseProjection(rows, rows);
    score = new Weight(1, rows);
    weight =
        new ParameterSpec(
            "pooling.weight",
            ParameterRole.WEIGHT,
            rows,
            rows,
            Dense.weightStart(rows, rows, start));
    bias =
        new ParameterSpec(
            "pooling.bias", ParameterRole.BIAS, rows, 1, Dense.biasStart(rows, start));
    scoreWeight =
        new ParameterSpec(
            "pooling.weight_score",
            ParameterRole.WEIGHT,
            1,
            rows,
            Dense.weightStart(rows, 1, start));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(weight, bias, scoreWeight);
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
    score.set(values.get(scoreWeight.name()), 0);
    kernels.prepare(score);
    scoreWeightGradient = gradient.get(scoreWeight.name());
  }

  @Override
  public int outputRows() {
    return rows;
  }

  @Override
  public boolean pools() {
    return true;
  }

  @Override
  public boolean worksInWindows() {
    // Its weights are known when the last step is.
    return false;
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    this.input = input;
    Timeline below = input.timeline();
    int lanes = below.lanes();
    attend(pass);
    oneStep.reshapeToOneStep(below.size());
    output.reshape(oneStep, rows);
    output.clear();
    for (int t = 0; t < below.steps(); t++) {
      kernels
          .pooling()
          .addScaled(
              attention.data(),
              attention.offset(t),
              input.data(),
              input.offset(t),
              output.data(),
              output.offset(0),
              rows,
              lanes,
              below.width(t));
    }
    return output;
  }

  /** Computes α; 0 in dead lanes. */
  private void attend(Pass pass) {
    Timeline below = input.timeline();
    hidden.reshape(below, rows);
    projection.forward(pass, input, hidden);
    float[] u = hidden.data();
    for (int t = 0; t < below.steps(); t++) {
      int length = below.runLength(t, rows);
      int o = hidden.offset(t);
      for (int r = below.runs(t, rows); r > 0; r--, o += below.lanes()) {
        kernels.tanh(u, o, u, o, length);
      }
      hidden.clearDead(t, below.width(t));
    }
    attention.reshape(below, 1);
    attention.clear();
    kernels.multiply(score, hidden, attention, 0);
    softmaxOverSteps(below);
  }

  /** Softmax of the scores of each lane: to the kernels, a step is a row. */
  private void softmaxOverSteps(Timeline below) {
    int lanes = below.lanes();
    if (max.length < lanes) {
      max = new float[lanes];
      sum = new float[lanes];
    }
    fillDead(attention, NO_SCORE);
    float[] e = attention.data();
    int o = attention.offset(0);
    // Where a lane is dead there comes exp(−87) or, in one without a sequence, 1. The first is lost
    // in a sum that has at least a 1 before it; the second is nobody's.
    kernels.softmax(e, o, below.steps(), lanes, lanes, max, sum);
    for (int lane = 0; lane < lanes; lane++) {
      sum[lane] = 1f / sum[lane];
    }
    kernels.scaleLanes(e, o, below.steps(), lanes, lanes, sum);
    fillDead(attention, 0f);
  }

  private static void fillDead(Steps ofOneRow, float value) {
    Timeline timeline = ofOneRow.timeline();
    for (int t = 0; t < timeline.steps(); t++) {
      int o = ofOneRow.offset(t);
      Arrays.fill(ofOneRow.data(), o + timeline.active(t), o + timeline.lanes(), value);
    }
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    Timeline below = input.timeline();
    inputGradient.reshape(below, rows);
    inputGradient.clear();
    attentionBack(outputGradient);
    scoresBack();
    kernels.outer(scoreGradient, 0, 1, hidden, 0, scoreWeightGradient, 0);
    hiddenGradient.reshape(below, rows);
    hiddenGradient.clear();
    kernels.multiplyTransposed(score, scoreGradient, 0, hiddenGradient);
    float[] u = hidden.data();
    float[] d = hiddenGradient.data();
    for (int t = 0; t < below.steps(); t++) {
      int length = below.runLength(t, rows);
      int uo = hidden.offset(t);
      int o = hiddenGradient.offset(t);
      for (int r = below.runs(t, rows); r > 0; r--, o += below.lanes(), uo += below.lanes()) {
        kernels.tanhBack(u, uo, d, o, d, o, length);
      }
    }
    projection.backward(pass, input, hiddenGradient, inputGradient);
    return inputGradient;
  }

  /** {@code dα⟨t⟩ = dpᵀ a⟨t⟩}, and what flows straight into the steps, {@code α⟨t⟩ dp}. */
  private void attentionBack(Steps outputGradient) {
    Timeline below = input.timeline();
    int lanes = below.lanes();
    PoolingKernels pooling = kernels.pooling();
    float[] x = input.data();
    float[] dp = outputGradient.data();
    int dpo = outputGradient.offset(0);
    scoreGradient.reshape(below, 1);
    float[] e = scoreGradient.data();
    for (int t = 0; t < below.steps(); t++) {
      int width = below.width(t);
      int ao = attention.offset(t);
      int dxo = inputGradient.offset(t);
      pooling.products(x, input.offset(t), dp, dpo, e, scoreGradient.offset(t), rows, lanes, width);
      pooling.addScaled(
          attention.data(), ao, dp, dpo, inputGradient.data(), dxo, rows, lanes, width);
    }
    fillDead(scoreGradient, 0f);
  }

  /** {@code de⟨t⟩ = α⟨t⟩ (dα⟨t⟩ − Σ_s α⟨s⟩ dα⟨s⟩)}. */
  private void scoresBack() {
    Timeline below = input.timeline();
    int lanes = below.lanes();
    float[] alpha = attention.data();
    float[] e = scoreGradient.data();
    int ao = attention.offset(0);
    int eo = scoreGradient.offset(0);
    kernels.pooling().products(alpha, ao, e, eo, sum, 0, below.steps(), lanes, lanes);
    for (int t = 0; t < below.steps(); t++, ao += lanes, eo += lanes) {
      for (int lane = 0; lane < below.active(t); lane++) {
        e[eo + lane] = alpha[ao + lane] * (e[eo + lane] - sum[lane]);
      }
    }
  }
}
