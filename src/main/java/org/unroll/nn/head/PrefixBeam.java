package org.unroll.nn.head;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.unroll.tensor.Steps;

/**
 * Prefix beam search: after each step the likeliest beginnings of texts are kept, each with the sum
 * of its alignments that end in a blank and of those that end in its last symbol.
 */
final class PrefixBeam extends CtcDecoder {
  private static final Comparator<Prefix> LIKELIEST_FIRST =
      Comparator.comparingDouble((Prefix each) -> -each.total);

  private final int width;
  private final int blank;
  private final double[] logs;

  PrefixBeam(CtcSpec spec) {
    width = spec.beamWidth();
    blank = spec.blank();
    logs = new double[spec.outputs()];
  }

  /** The beginning of a text; logarithms of probabilities. */
  private static final class Prefix {
    final Prefix before;
    final int symbol;
    final int length;
    final Map<Integer, Prefix> longer = new HashMap<>();
    double endsInBlank = Double.NEGATIVE_INFINITY;
    double endsInSymbol = Double.NEGATIVE_INFINITY;
    double nextInBlank = Double.NEGATIVE_INFINITY;
    double nextInSymbol = Double.NEGATIVE_INFINITY;
    double total = Double.NEGATIVE_INFINITY;
    boolean isCandidate;

    Prefix(Prefix before, int symbol) {
      this.before = before;
      this.symbol = symbol;
      length = before == null ? 0 : before.length + 1;
    }

    void advance() {
      endsInBlank = nextInBlank;
      endsInSymbol = nextInSymbol;
      total = logOfSum(endsInBlank, endsInSymbol);
      nextInBlank = Double.NEGATIVE_INFINITY;
      nextInSymbol = Double.NEGATIVE_INFINITY;
      isCandidate = false;
    }

    void forget() {
      endsInBlank = Double.NEGATIVE_INFINITY;
      endsInSymbol = Double.NEGATIVE_INFINITY;
    }
  }

  /** The logarithm of the sum of two numbers of which the logarithms are given. */
  private static double logOfSum(double a, double b) {
    double larger = Math.max(a, b);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + StrictMath.log1p(StrictMath.exp(Math.min(a, b) - larger));
  }

  @Override
  void decode(Steps logits, float[] largest, float[] sum, int lane, int steps) {
    int lanes = logits.timeline().lanes();
    Prefix empty = new Prefix(null, blank);
    empty.endsInBlank = 0;
    empty.total = 0;
    List<Prefix> beam = List.of(empty);
    for (int t = 0; t < steps; t++) {
      int cell = t * lanes + lane;
      double normaliser = largest[cell] + StrictMath.log(sum[cell]);
      for (int k = 0; k < logs.length; k++) {
        logs[k] = logits.data()[logits.offset(t) + k * lanes + lane] - normaliser;
      }
      beam = advance(beam);
    }
    Prefix best = beam.get(0);
    begin(best.length);
    spell(best);
  }

  private void spell(Prefix prefix) {
    int[] text = new int[prefix.length];
    for (Prefix each = prefix; each.before != null; each = each.before) {
      text[each.length - 1] = each.symbol;
    }
    for (int symbol : text) {
      add(symbol);
    }
  }

  /** The likeliest beginnings after one more step, the likeliest first, older ones among equals. */
  private List<Prefix> advance(List<Prefix> beam) {
    List<Prefix> candidates = new ArrayList<>(beam.size() * logs.length);
    for (Prefix prefix : beam) {
      candidate(prefix, candidates);
      double total = prefix.total;
      prefix.nextInBlank = logOfSum(prefix.nextInBlank, total + logs[blank]);
      for (int k = 0; k < logs.length; k++) {
        if (k == blank) {
          continue;
        }
        boolean same = k == prefix.symbol;
        if (same) {
          prefix.nextInSymbol = logOfSum(prefix.nextInSymbol, prefix.endsInSymbol + logs[k]);
        }
        Prefix longer = prefix.longer.computeIfAbsent(k, symbol -> new Prefix(prefix, symbol));
        candidate(longer, candidates);
        longer.nextInSymbol =
            logOfSum(longer.nextInSymbol, (same ? prefix.endsInBlank : total) + logs[k]);
      }
    }
    candidates.forEach(Prefix::advance);
    candidates.sort(LIKELIEST_FIRST);
    for (int i = width; i < candidates.size(); i++) {
      // Whoever comes back to it begins anew: what was left out has been lost.
      candidates.get(i).forget();
    }
    return candidates.subList(0, Math.min(width, candidates.size()));
  }

  private static void candidate(Prefix prefix, List<Prefix> candidates) {
    if (!prefix.isCandidate) {
      prefix.isCandidate = true;
      candidates.add(prefix);
    }
  }
}
