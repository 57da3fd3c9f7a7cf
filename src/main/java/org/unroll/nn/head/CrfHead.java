package org.unroll.nn.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.unroll.batch.Block;
import org.unroll.config.Problem;
import org.unroll.data.DataException;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.metric.Measures;
import org.unroll.nn.Initializers;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * A linear-chain conditional random field (Lafferty 2001): emissions {@code e⟨t⟩ = W_ya a⟨t⟩ +
 * b_y}, and of a sequence of tags y
 *
 * <pre>
 * score(y) = start_y⟨1⟩ + Σ_t e⟨t⟩_y⟨t⟩ + Σ_t A_y⟨t-1⟩,y⟨t⟩ + end_y⟨T⟩,   loss = log Z − score(y),
 * </pre>
 *
 * with Z the sum of exp(score) over all sequences of tags; A_ij is the score of tag j after tag i.
 * The gradient of a score is the marginal probability of what is scored, less 1 where it is right.
 * Unit of weight: a step × sequence weight. See {@link Chain}.
 *
 * <p>A sequence has neither loss nor weight if one of its targets is no class ({@link
 * org.unroll.data.Example#UNKNOWN_TARGET}), or, in evaluation, if its targets break the rules and
 * so have probability 0; its predictions count all the same.
 */
public final class CrfHead implements Head {
  /** Name of the scores of a tag (column) after another one (row). */
  public static final String TRANSITIONS = "output.transitions";

  private static final String START = "output.transitions_start";
  private static final String END = "output.transitions_end";

  private final int tags;
  private final ClassNames names;
  private final TagRules rules;
  private final Transitions transitions;
  private final Chain chain;
  private final Viterbi viterbi;
  private final Logits layer;

  /** Emissions, which {@link #chain} replaces. */
  private Steps scores;

  private Chain.Gradient marginals;
  private boolean[] counted = new boolean[0];
  private float[] laneWeights = new float[0];
  private int[] predicted = new int[0];

  CrfHead(CrfSpec spec, HeadSpec.Place place) {
    tags = spec.outputs();
    names = spec.classes();
    rules = spec.rules();
    transitions = new Transitions(tags, rules);
    chain = new Chain(tags, transitions);
    viterbi = new Viterbi(tags, transitions);
    layer = Logits.of(tags, place);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>(layer.parameters());
    specs.add(transition(TRANSITIONS, tags));
    specs.add(transition(START, 1));
    specs.add(transition(END, 1));
    return specs;
  }

  /**
   * Zero at first: tags follow one another as they come. Added to sums of scores and multiplied by
   * nothing, as biases are.
   */
  private ParameterSpec transition(String name, int columns) {
    return new ParameterSpec(name, ParameterRole.BIAS, tags, columns, Initializers.constant(0));
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    layer.bind(kernels, values, gradient);
    transitions.take(values.get(TRANSITIONS), values.get(START), values.get(END));
    chain.bind(kernels);
    marginals =
        new Chain.Gradient(gradient.get(TRANSITIONS), gradient.get(START), gradient.get(END));
  }

  @Override
  public Steps train(Pass pass, Steps input, Tally tally) {
    Block block = pass.block();
    scores = layer.compute(input);
    choose(block, true);
    chain.forward(scores, block.targets(), counted);
    double loss = 0;
    double weights = 0;
    for (int lane = 0; lane < block.size(); lane++) {
      if (laneWeights[lane] > 0) {
        loss += laneWeights[lane] * chain.loss(lane);
        weights += (double) laneWeights[lane] * block.length(lane);
      }
    }
    tally.add(loss, weights);
    chain.backward(scores, laneWeights, marginals);
    subtractTargets(block);
    return layer.back();
  }

  @Override
  public void evaluate(Pass pass, Steps input, Tally tally, Measures measures) {
    Block block = pass.block();
    scores = layer.compute(input);
    choose(block, false);
    findBest();
    ((ClassMeasures) measures).add(block, predicted);
    chain.forward(scores, block.targets(), counted);
    for (int lane = 0; lane < block.size(); lane++) {
      if (counted[lane]) {
        tally.add(chain.loss(lane), block.length(lane));
      } else {
        int unknown = unknownTargets(block, lane);
        tally.addUnknown(unknown);
        tally.addLossless(block.length(lane) - unknown);
      }
    }
  }

  private void findBest() {
    int cells = scores.timeline().steps() * scores.timeline().lanes();
    if (predicted.length < cells) {
      predicted = new int[cells + cells / 2];
    }
    viterbi.best(scores, predicted);
  }

  /** Marginal probabilities of the tags. */
  @Override
  public Steps predict(Steps input) {
    scores = layer.compute(input);
    reserve(input.timeline().lanes());
    chain.forward(scores, null, null);
    Arrays.fill(laneWeights, 1f);
    chain.backward(scores, laneWeights, null);
    return scores;
  }

  /**
   * The most probable tags of every lane, the first among equals (Viterbi 1967). Where the scheme
   * of the tags allows none, those that break it least.
   *
   * @return {@code [step][lane]}, undefined where dead; owned by the head
   */
  public int[] best(Steps input) {
    scores = layer.compute(input);
    findBest();
    return predicted;
  }

  /**
   * The n most probable tag sequences of a lane.
   *
   * @param n how many sequences of tags, at least 1
   * @return by falling probability; fewer if there are fewer that the scheme of the tags allows
   */
  public List<TagPath> best(Steps input, int lane, int n) {
    scores = layer.compute(input);
    Timeline timeline = input.timeline();
    int length = timeline.steps();
    while (timeline.active(length - 1) <= lane) {
      length--;
    }
    double[][] emissions = new double[length][tags];
    for (int t = 0; t < length; t++) {
      for (int j = 0; j < tags; j++) {
        emissions[t][j] = scores.data()[scores.offset(t) + j * timeline.lanes() + lane];
      }
    }
    return new BestPaths(transitions, rules, emissions, n).find();
  }

  private void reserve(int lanes) {
    if (counted.length < lanes) {
      counted = new boolean[lanes];
      laneWeights = new float[lanes];
    }
  }

  /** Which lanes have a loss, and what it weighs. */
  private void choose(Block block, boolean training) {
    reserve(block.timeline().lanes());
    Arrays.fill(laneWeights, 0f);
    for (int lane = 0; lane < block.size(); lane++) {
      boolean known = unknownTargets(block, lane) == 0;
      int broken = known ? firstBroken(block, lane) : -1;
      if (training && broken >= 0) {
        throw broken(block, lane, broken);
      }
      counted[lane] = known && broken < 0;
      laneWeights[lane] = training && counted[lane] ? block.weight(lane) : 0f;
    }
  }

  private static int unknownTargets(Block block, int lane) {
    int unknown = 0;
    for (int t = 0; t < block.length(lane); t++) {
      unknown += target(block, t, lane) < 0 ? 1 : 0;
    }
    return unknown;
  }

  /** The target at a step, -1 before the first and behind the last. */
  private static int target(Block block, int t, int lane) {
    return t < 0 || t == block.length(lane)
        ? -1
        : block.targets()[t * block.timeline().lanes() + lane];
  }

  /** The first step at which the targets break the rules, the length for the end; -1 if none. */
  private int firstBroken(Block block, int lane) {
    for (int t = 0; t <= block.length(lane); t++) {
      if (!rules.allows(target(block, t - 1, lane), target(block, t, lane))) {
        return t;
      }
    }
    return -1;
  }

  private DataException broken(Block block, int lane, int t) {
    int before = target(block, t - 1, lane);
    int after = target(block, t, lane);
    String found =
        after < 0
            ? name(before) + " as the last of " + block.length(lane)
            : name(after) + (before < 0 ? " as the first" : " after " + name(before));
    return new DataException(
        new Problem(
            "the tags of a training sequence must make whole entities with model.crf.constrain ="
                + " entities",
            found,
            "tag " + Math.min(t + 1, block.length(lane)) + " of " + block.length(lane),
            "mend the tags, or set model.crf.constrain = none"));
  }

  private String name(int tag) {
    return '"' + names.names().get(tag) + '"';
  }

  /** Takes what is right from the marginals: the gradient is what remains. */
  private void subtractTargets(Block block) {
    int lanes = block.timeline().lanes();
    for (int lane = 0; lane < block.size(); lane++) {
      float w = laneWeights[lane];
      if (w > 0) {
        int length = block.length(lane);
        for (int t = 0; t < length; t++) {
          int tag = target(block, t, lane);
          scores.data()[scores.offset(t) + tag * lanes + lane] -= w;
          if (t > 0) {
            marginals.transitions().data[target(block, t - 1, lane) * tags + tag] -= w;
          }
        }
        marginals.start().data[target(block, 0, lane)] -= w;
        marginals.end().data[target(block, length - 1, lane)] -= w;
      }
    }
  }
}
