package org.unroll.nn.head;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The n most probable tag sequences of one lane, in double precision: of each step and tag the n
 * best ways there are kept.
 */
final class BestPaths {
  private final Transitions transitions;
  private final TagRules rules;

  /** Emissions, {@code [step][tag]}. */
  private final double[][] emissions;

  private final int n;

  /** A way to a tag; the first step has none before it. */
  private record Way(double score, int tag, Way before) {}

  BestPaths(Transitions transitions, TagRules rules, double[][] emissions, int n) {
    this.transitions = transitions;
    this.rules = rules;
    this.emissions = emissions;
    this.n = n;
  }

  /**
   * By falling probability, of equals that with the smaller last tags first; fewer if there are.
   */
  List<TagPath> find() {
    double normalizer = logNormalizer();
    List<Way> ends = new ArrayList<>();
    for (List<Way> ways : ways()) {
      for (Way way : ways) {
        if (rules.allows(way.tag, -1)) {
          ends.add(new Way(way.score + transitions.end(way.tag), way.tag, way.before));
        }
      }
    }
    return best(ends).stream().map(end -> path(end, end.score - normalizer)).toList();
  }

  /** The best ways to each tag of the last step. */
  private List<List<Way>> ways() {
    int tags = emissions[0].length;
    List<List<Way>> ways = null;
    for (double[] emission : emissions) {
      List<List<Way>> next = new ArrayList<>();
      for (int j = 0; j < tags; j++) {
        next.add(ways == null ? begin(j, emission[j]) : best(continued(ways, j, emission[j])));
      }
      ways = next;
    }
    return ways;
  }

  private List<Way> begin(int tag, double emission) {
    return rules.allows(-1, tag)
        ? List.of(new Way(transitions.start(tag) + emission, tag, null))
        : List.of();
  }

  private List<Way> continued(List<List<Way>> ways, int tag, double emission) {
    List<Way> all = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      if (rules.allows(i, tag)) {
        double score = transitions.score(i, tag) + emission;
        ways.get(i).forEach(way -> all.add(new Way(way.score + score, tag, way)));
      }
    }
    return all;
  }

  /** The n best, in the order they came in among equals. */
  private List<Way> best(List<Way> all) {
    return all.stream().sorted(Comparator.comparingDouble(way -> -way.score)).limit(n).toList();
  }

  private TagPath path(Way end, double logProbability) {
    int[] tags = new int[emissions.length];
    Way way = end;
    for (int t = tags.length - 1; t >= 0; t--, way = way.before) {
      tags[t] = way.tag;
    }
    return new TagPath(tags, logProbability);
  }

  private double logNormalizer() {
    int tags = emissions[0].length;
    double[] alpha = new double[tags];
    for (int j = 0; j < tags; j++) {
      alpha[j] =
          rules.allows(-1, j) ? transitions.start(j) + emissions[0][j] : Double.NEGATIVE_INFINITY;
    }
    for (int t = 1; t < emissions.length; t++) {
      double[] next = new double[tags];
      for (int j = 0; j < tags; j++) {
        double[] ways = new double[tags];
        for (int i = 0; i < tags; i++) {
          ways[i] =
              rules.allows(i, j) ? alpha[i] + transitions.score(i, j) : Double.NEGATIVE_INFINITY;
        }
        next[j] = logSum(ways) + emissions[t][j];
      }
      alpha = next;
    }
    for (int j = 0; j < tags; j++) {
      alpha[j] += rules.allows(j, -1) ? transitions.end(j) : Double.NEGATIVE_INFINITY;
    }
    return logSum(alpha);
  }

  private static double logSum(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (double value : values) {
      sum += StrictMath.exp(value - max);
    }
    return max + StrictMath.log(sum);
  }
}
