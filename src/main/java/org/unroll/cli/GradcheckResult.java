package org.unroll.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.unroll.check.GradientCheck.Finding;
import org.unroll.check.GradientCheck.Verdict;
import org.unroll.config.Job;
import org.unroll.text.Counts;

/**
 * What {@code gradcheck} found, as text and as figures.
 *
 * @param rows what became of the rows read
 * @param sequences number of sequences used
 * @param steps of all of them
 * @param loss mean loss per unit of weight
 * @param weight of all targets
 * @param tolerance greatest relative error of what counts as right
 */
record GradcheckResult(
    Job job,
    String kernels,
    RowAccount rows,
    int sequences,
    long steps,
    double loss,
    double weight,
    double tolerance,
    List<Finding> findings) {

  boolean isRight() {
    return with(Verdict.WRONG).isEmpty();
  }

  private List<Finding> with(Verdict verdict) {
    return findings.stream().filter(finding -> finding.verdict() == verdict).toList();
  }

  Map<String, Object> figures() {
    List<Object> parameters = new ArrayList<>();
    for (Finding finding : findings) {
      parameters.add(
          new Figures()
              .put("name", finding.parameter())
              .put("shape", List.of((long) finding.rows(), (long) finding.columns()))
              .put("verdict", word(finding.verdict()))
              .put("back-propagated", finding.backPropagated() / weight)
              .put("measured", finding.measured() / weight)
              .put("relative-error", finding.error())
              .put("uncertainty", finding.uncertainty())
              .map());
    }
    return new Figures()
        .put("job-name", job.name())
        .put("right", isRight())
        .put("kernels", kernels)
        .put("rows", rows.figures())
        .put("sequences", (long) sequences)
        .put("steps", steps)
        .put("loss", loss)
        .put("tolerance", tolerance)
        .put("parameters", parameters)
        .map();
  }

  private static String word(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  void print(PrintWriter out) {
    rows.lines().forEach(out::println);
    out.printf(
        Locale.ROOT,
        "%s: %s of the training data, %s, mean loss %.4f; %s kernels%n",
        job.name(),
        Counts.of(sequences, "sequence"),
        Counts.of(steps, "step"),
        loss,
        kernels);
    if (job.training().truncate() > 0) {
      out.printf(
          Locale.ROOT,
          "training.truncate = %,d cuts the gradient on purpose: checked here without the cuts%n",
          job.training().truncate());
    }
    out.printf(
        Locale.ROOT,
        "%nSlope of the mean loss along the gradient of each parameter, and the largest error of"
            + " the%ngradient in any of the directions tried:%n%n  %-28s %14s %12s %12s %10s  %s%n",
        "parameter",
        "shape",
        "by backprop",
        "measured",
        "off by",
        "verdict");
    findings.forEach(finding -> print(finding, out));
    out.printf("%n%s%n", summary());
  }

  private void print(Finding finding, PrintWriter out) {
    String shape = finding.rows() + " × " + finding.columns();
    out.printf(Locale.ROOT, "  %-28s %14s ", finding.parameter(), shape);
    switch (finding.verdict()) {
      case FROZEN -> out.printf("%12s %12s %10s  frozen: not trained%n", "", "", "");
      case KEPT ->
          out.printf("%12s %12s %10s  not trained: bias_ih has the same effect%n", "", "", "");
      case MOMENT -> out.printf("%12s %12s %10s  running statistics: not trained%n", "", "", "");
      case RIGHT, WRONG, TOO_FLAT, KINK ->
          out.printf(
              Locale.ROOT,
              "%12.4e %12.4e %10s  %s%n",
              finding.backPropagated() / weight,
              finding.measured() / weight,
              percent(finding.error()),
              verdict(finding));
    }
  }

  private static String verdict(Finding finding) {
    return switch (finding.verdict()) {
      case RIGHT -> "right";
      case WRONG -> "WRONG";
      case KINK -> "cannot be told at a kink";
      default -> "too flat to tell (± " + percent(finding.uncertainty()) + ")";
    };
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.001 ? "%.4f %%" : "%.2f %%", 100 * share);
  }

  private String summary() {
    List<Finding> wrong = with(Verdict.WRONG);
    if (!wrong.isEmpty()) {
      return "Back-propagation does not agree with the measured slopes for "
          + names(wrong)
          + ":\n"
          + "training would follow a wrong gradient there. This is a mistake of Unroll, not of the"
          + " job;\n"
          + "please report it with the job file and this table.";
    }
    List<Finding> right = with(Verdict.RIGHT);
    List<Finding> flat = with(Verdict.TOO_FLAT);
    List<Finding> kinks = with(Verdict.KINK);
    double worst = right.stream().mapToDouble(Finding::error).max().orElse(0);
    boolean all = flat.isEmpty() && kinks.isEmpty();
    String text =
        right.isEmpty()
            ? "No gradient was found wrong."
            : String.format(
                Locale.ROOT,
                "Back-propagation agrees with the measured slopes%s, to %s (%s is allowed).",
                all ? "" : " for " + Counts.of(right.size(), "parameter"),
                percent(worst),
                percent(tolerance));
    if (!kinks.isEmpty()) {
      text +=
          "\nFor "
              + names(kinks)
              + " the loss has a kink where training starts: a rectifier at exactly 0,\n"
              + "equal maxima, or normalised values that are all equal. There is no slope to"
              + " compare with;\n"
              + "no mistake was found beside the kink.";
    }
    if (!flat.isEmpty()) {
      text +=
          "\nFor "
              + names(flat)
              + " the loss changes too little to be measured in single precision;\n"
              + "no mistake was found there, and --sequences "
              + 4 * sequences
              + " may show more.";
    }
    return text;
  }

  private static String names(List<Finding> findings) {
    return String.join(", ", findings.stream().map(Finding::parameter).toList());
  }
}
