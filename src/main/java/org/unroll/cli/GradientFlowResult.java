package org.unroll.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.unroll.check.GradientFlow.Line;
import org.unroll.check.GradientFlow.OfLength;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.data.Intake;
import org.unroll.report.Plot;
import org.unroll.text.Counts;

/**
 * The gradient flow of a model, as text, figures and plot.
 *
 * @param name of the model's directory
 * @param data what it was measured on
 * @param rows what became of the rows read
 * @param sequences number of them
 * @param accuracies right answers by length; empty where there is an answer at each step
 */
record GradientFlowResult(
    String name,
    String data,
    ModelConfig model,
    Intake.Counts rows,
    long sequences,
    List<Line> lines,
    List<OfLength> accuracies) {
  private static final int ROWS = 20;

  /** Sequences that a mean norm needs, and the share of those that have a last step. */
  private static final int ENOUGH = 10;

  private static final double ENOUGH_SHARE = 0.05;
  private static final double HALF = 0.5;
  private static final double HUNDREDTH = 0.01;
  private static final int BAR = 40;

  /**
   * Sequences of a row or point of accuracies, at least, so that chance does not hide the curve.
   */
  private static final int BUCKETS = 10;

  /** Powers of ten that bars span at most. */
  private static final int DECADES = 12;

  Map<String, Object> figures() {
    List<Object> flows = new ArrayList<>();
    for (Line line : lines) {
      flows.add(
          new Figures()
              .put("layer", line.layer())
              .put("direction", line.forward() ? "forward" : "backward")
              .put("norms", DoubleStream.of(line.norms()).boxed().toList())
              .put(
                  "sequences",
                  IntStream.range(0, line.norms().length)
                      .mapToObj(k -> line.sequences()[k])
                      .toList())
              .put("enough-sequences-to", (long) reach(line))
              .map());
    }
    List<Object> lengths = new ArrayList<>();
    for (OfLength each : accuracies) {
      lengths.add(
          new Figures()
              .put("length", (long) each.length())
              .put("sequences", each.sequences())
              .put("accuracy", (double) each.correct() / each.sequences())
              .map());
    }
    return new Figures()
        .put("model", name)
        .put("data", data)
        .put("rows", RowAccount.figures(rows))
        .put("sequences", sequences)
        .put("gradient-flow", flows)
        .put("accuracy-by-length", lengths)
        .map();
  }

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: gradient flow over %s of %s%n%s%n%nHow much the loss at the last target"
            + " changes with the state k steps before it:%n‖∂loss/∂a⟨T−k⟩‖, mean over the"
            + " sequences; the bars are on a scale of powers of ten.%n",
        name,
        Counts.of(sequences, "sequence"),
        data,
        rows.describe());
    lines.forEach(line -> print(line, out));
    if (!accuracies.isEmpty()) {
      out.printf("%nRight answers by length:%n%n  %12s %12s %10s%n", "steps", "sequences", "right");
      for (OfLength each : buckets()) {
        double share = (double) each.correct() / each.sequences();
        out.printf(
            Locale.ROOT,
            "  %12s %,12d %8.1f %%%n",
            "to " + each.length(),
            each.sequences(),
            100 * share);
      }
    }
    out.println();
  }

  private void print(Line line, PrintWriter out) {
    LayerConfig layer = model.layers().get(Integer.parseInt(line.layer().replaceAll("\\D+", "")));
    out.printf(
        Locale.ROOT,
        "%n%s (%s, %s%s)%n%n  %6s %12s %12s%n",
        line.layer(),
        layer.cell().name().toLowerCase(Locale.ROOT),
        Counts.of(layer.units(), "unit"),
        line.forward() ? "" : "; reads backwards, T is the first step",
        "k",
        "norm",
        "sequences");
    double[] norms = reliable(line);
    double highest = DoubleStream.of(norms).max().orElse(0);
    double lowest = DoubleStream.of(norms).filter(norm -> norm > 0).min().orElse(highest);
    double low = Math.max(lowest, highest * Math.pow(10, -DECADES));
    for (int k : rows(norms)) {
      out.printf(
          Locale.ROOT,
          "  %6d %12.3e %,12d  %s%n",
          k,
          norms[k],
          line.sequences()[k],
          "█".repeat(bar(norms[k], low, highest)));
    }
    if (norms.length < line.norms().length) {
      out.printf(
          Locale.ROOT,
          "  %6s %12s %12s  too few to tell%n",
          "…",
          "",
          "below " + enough(line.sequences()[0]));
    }
    String few =
        line.sequences().length > 0 && line.sequences()[0] < ENOUGH
            ? "From only " + Counts.of(line.sequences()[0], "sequence") + ": "
            : "";
    out.printf("%n%s%s%n", few, words(norms));
  }

  /** Sequences that must reach back to a step, so that what is seen there is more than chance. */
  private static long enough(long all) {
    return Math.max(Math.min(ENOUGH, all), (long) Math.ceil(ENOUGH_SHARE * all));
  }

  /** The last k that enough sequences reach back to; fewer reach each step further. */
  private static int reach(Line line) {
    long[] sequences = line.sequences();
    int k = sequences.length - 1;
    while (k > 0 && sequences[k] < enough(sequences[0])) {
      k--;
    }
    return k;
  }

  /** The norms that something can be concluded from: those that are shown. */
  private static double[] reliable(Line line) {
    return Arrays.copyOf(line.norms(), reach(line) + 1);
  }

  /** The rows of a table: some at equal distances, the last one, and those that words name. */
  private static TreeSet<Integer> rows(double[] norms) {
    TreeSet<Integer> rows = new TreeSet<>();
    int every = Math.max(1, (norms.length + ROWS - 1) / ROWS);
    for (int k = 0; k < norms.length; k += every) {
      rows.add(k);
    }
    for (int k :
        List.of(norms.length - 1, below(norms, HALF), below(norms, HUNDREDTH), least(norms))) {
      if (k >= 0 && k < norms.length) {
        rows.add(k);
      }
    }
    return rows;
  }

  private static int least(double[] norms) {
    int least = 0;
    for (int k = 1; k < norms.length; k++) {
      least = norms[k] < norms[least] ? k : least;
    }
    return least;
  }

  private static int bar(double norm, double low, double high) {
    if (!(norm > 0)) {
      return 0;
    }
    double share = high > low ? Math.log(norm / low) / Math.log(high / low) : 1;
    return 1 + (int) Math.round((BAR - 1) * Math.max(0, share));
  }

  /** What the norms mean. */
  private static String words(double[] norms) {
    int last = norms.length - 1;
    if (last < 1) {
      return "The sequences have one step: there is nothing to flow through.";
    }
    if (!(norms[0] > 0)) {
      return "No gradient leaves the last step.";
    }
    int half = below(norms, HALF);
    int hundredth = below(norms, HUNDREDTH);
    double left = norms[last] / norms[0];
    String steps = Counts.of(last, "step");
    if (half > last) {
      int least = least(norms);
      if (norms[least] < HALF * norms[0]) {
        return String.format(
            Locale.ROOT,
            "It falls to %.2g of its size at k = %,d and is %.2g of it after %s.",
            norms[least] / norms[0],
            least,
            left,
            steps);
      }
      return String.format(
          Locale.ROOT,
          "%s: after %s it is %.2g of its size.",
          left > 2 ? "It grows on its way" : "It hardly fades",
          steps,
          left);
    }
    return hundredth > last
        ? String.format(
            Locale.ROOT,
            "From k = %,d on it is below a half; after %s %.2g of it is left.",
            half,
            steps,
            left)
        : String.format(
            Locale.ROOT,
            "From k = %,d on it is below a half, from k = %,d on below a hundredth: what stands"
                + " further%nback is hardly learned.",
            half,
            hundredth);
  }

  /** From where on all norms are below a share of the first. */
  private static int below(double[] norms, double share) {
    int k = norms.length;
    while (k > 0 && norms[k - 1] < share * norms[0]) {
      k--;
    }
    return k;
  }

  /** Neighbouring lengths together, of about equally many sequences; named by the longest. */
  private List<OfLength> buckets() {
    long all = accuracies.stream().mapToLong(OfLength::sequences).sum();
    List<OfLength> buckets = new ArrayList<>();
    long size = 0;
    long correct = 0;
    for (OfLength each : accuracies) {
      size += each.sequences();
      correct += each.correct();
      if (size * BUCKETS >= all) {
        buckets.add(new OfLength(each.length(), size, correct));
        size = 0;
        correct = 0;
      }
    }
    if (size > 0) {
      buckets.add(new OfLength(accuracies.get(accuracies.size() - 1).length(), size, correct));
    }
    return buckets;
  }

  /** Draws several models together. */
  static String plot(List<GradientFlowResult> results) {
    List<Plot.Line> flows = new ArrayList<>();
    List<Plot.Line> accuracies = new ArrayList<>();
    for (GradientFlowResult result : results) {
      boolean several = result.lines.size() > 1;
      for (Line line : result.lines) {
        String part = line.layer() + (line.forward() ? "" : " backward");
        String title =
            results.size() == 1 ? part : several ? result.name + " " + part : result.name;
        double[] norms = reliable(line);
        double[] k = IntStream.range(0, norms.length).asDoubleStream().toArray();
        flows.add(new Plot.Line(title, k, norms));
      }
      if (!result.accuracies.isEmpty()) {
        List<OfLength> buckets = result.buckets();
        String title = results.size() == 1 ? "right answers" : result.name;
        accuracies.add(
            new Plot.Line(
                several && results.size() > 1 ? title + " answers" : title,
                buckets.stream().mapToDouble(OfLength::length).toArray(),
                buckets.stream().mapToDouble(b -> 100.0 * b.correct() / b.sequences()).toArray()));
      }
    }
    Plot plot = new Plot();
    // Of sequences of one length there is nothing to draw.
    if (accuracies.stream().anyMatch(line -> line.x().length > 1)) {
      plot.add("Right answers, %", "steps of the sequence", false, accuracies);
    }
    return plot.add("‖∂loss/∂a⟨T−k⟩‖", "k, steps before the last", true, flows).svg();
  }
}
