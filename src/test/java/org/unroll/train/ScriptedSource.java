package org.unroll.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.unroll.batch.Rounds;
import org.unroll.tensor.Parameters;

/** Answers as a test tells it to, and remembers what it was asked. */
class ScriptedSource implements GradientSource {
  private final Rounds rounds;
  private final Function<RoundRequest, GradientSum> gradients;
  private final IntFunction<Evaluation> evaluations;
  final List<RoundRequest> requests = new ArrayList<>();
  private int validations;

  /**
   * A source.
   *
   * @param rounds rounds of an epoch
   * @param evaluations the n-th validation's outcome, from 1; null if there are no validation data
   */
  ScriptedSource(
      int rounds,
      Function<RoundRequest, GradientSum> gradients,
      IntFunction<Evaluation> evaluations) {
    this.rounds = Rounds.perEpoch(new int[] {rounds}, 1, rounds);
    this.gradients = gradients;
    this.evaluations = evaluations;
  }

  @Override
  public Rounds rounds() {
    return rounds;
  }

  @Override
  public GradientSum gradient(Parameters parameters, RoundRequest request) {
    requests.add(request);
    return gradients.apply(request);
  }

  @Override
  public boolean canValidate() {
    return evaluations != null;
  }

  @Override
  public Evaluation validate(Parameters parameters) {
    return evaluations.apply(++validations);
  }
}
