package org.unroll.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.unroll.check.Findings;
import org.unroll.check.Lengths;
import org.unroll.check.ShardSurvey;
import org.unroll.check.TimeEstimate;
import org.unroll.check.Warning;
import org.unroll.data.FeatureScaler;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.data.Vocabulary;
import org.unroll.text.Counts;

/** What {@code unroll check} prints for people. */
final class CheckText {
  /** Most bars of the histogram. */
  static final int BARS = 10;

  /** Symbols shown at either end of the vocabulary. */
  static final int SYMBOLS = 6;

  private static final int LABELS = 10;
  private static final int FEATURES = 6;
  private static final int BAR_WIDTH = 40;
  private static final int LABEL_WIDTH = 24;

  private final PrintWriter out;
  private final CheckRun.Result result;
  private final Findings findings;

  CheckText(PrintWriter out, CheckRun.Result result) {
    this.out = out;
    this.result = result;
    findings = result.findings();
  }

  void print(List<Warning> warnings) {
    splits();
    lengths();
    vocabulary();
    result.vectors().forEach(this::vectors);
    if (result.targets().areValues()) {
      values();
    } else if (!findings.languageModel()) {
      labels();
    }
    training();
    warnings(warnings);
  }

  private void line(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments).stripTrailing());
  }

  private void splits() {
    List<Role> roles =
        Arrays.stream(Role.values()).filter(role -> findings.summary().of(role) != null).toList();
    row(findings.job().name(), roles, role -> role.name().toLowerCase(Locale.ROOT));
    count("rows read", roles, split -> split.intake().read());
    count("  used", roles, split -> split.intake().used());
    count("  empty", roles, split -> split.intake().empty());
    if (roles.stream().anyMatch(role -> split(role).intake().emptyLabelled() > 0)) {
      count("    with a label", roles, split -> split.intake().emptyLabelled());
    }
    count("  rejected", roles, split -> split.intake().rejected());
    TreeSet<String> reasons = new TreeSet<>();
    roles.forEach(role -> reasons.addAll(split(role).intake().reasons().keySet()));
    for (String reason : reasons) {
      count("    " + reason, roles, split -> split.intake().reasons().getOrDefault(reason, 0L));
    }
    count("  truncated", roles, split -> split.intake().truncated());
    count("sequences", roles, SplitSummary::sequences);
    count("  longest", roles, split -> (long) split.longest());
    count("steps", roles, SplitSummary::steps);
    row("  unknown", roles, role -> percent(split(role).unknownRate(), 2));
    count("targets", roles, SplitSummary::targets);
    if (result.targets().areValues()) {
      count("  missing values", roles, SplitSummary::missingValues);
    } else if (roles.stream().anyMatch(role -> split(role).unknownTargets() > 0)) {
      count("  unknown labels", roles, SplitSummary::unknownTargets);
    }
    if (!findings.duplicates().isEmpty()) {
      row(
          "also in train",
          roles,
          role -> {
            Long duplicates = findings.duplicates().get(role);
            return duplicates == null ? "" : String.format(Locale.ROOT, "%,d", duplicates);
          });
    }
  }

  private SplitSummary split(Role role) {
    return findings.summary().of(role);
  }

  private void count(String name, List<Role> roles, Function<SplitSummary, Long> value) {
    row(name, roles, role -> String.format(Locale.ROOT, "%,d", value.apply(split(role))));
  }

  private void row(String name, List<Role> roles, Function<Role, String> value) {
    line(
        "%-24s%s",
        name,
        roles.stream()
            .map(role -> String.format(Locale.ROOT, "%16s", value.apply(role)))
            .collect(Collectors.joining()));
  }

  private void lengths() {
    Lengths lengths = findings.survey().lengths();
    out.println();
    line(
        "length of training sequences: median %,d, 99 %% up to %,d, longest %,d",
        lengths.quantile(0.5), lengths.quantile(0.99), lengths.longest());
    List<Lengths.Bar> bars = lengths.histogram(BARS);
    long most = bars.stream().mapToLong(Lengths.Bar::count).max().orElse(1);
    for (Lengths.Bar bar : bars) {
      // Any sequence at all shows.
      int width = (int) Math.ceil((double) BAR_WIDTH * bar.count() / most);
      String range =
          bar.from() == bar.to()
              ? String.format(Locale.ROOT, "%,d", bar.from())
              : String.format(Locale.ROOT, "%,d-%,d", bar.from(), bar.to());
      line("  %15s %,12d  %s", range, bar.count(), "#".repeat(width));
    }
  }

  private void vocabulary() {
    out.println();
    Vocabulary inputs = findings.inputs().first();
    if (findings.inputs().vocabularies().size() != 1 || findings.inputs().scaler().features() > 0) {
      line("a step reads %s", findings.inputs().describe());
      features();
    }
    if (inputs == null) {
      return;
    }
    int specials = inputs.kind().specials().size();
    line("vocabulary: %s, %d of them special", Counts.of(inputs.size(), "symbol"), specials);
    line("  most frequent  %s", symbols(findings.survey().mostFrequent(specials, SYMBOLS)));
    List<ShardSurvey.Count> rarest = findings.survey().rarest(specials, SYMBOLS);
    if (!rarest.isEmpty()) {
      line("  rarest         %s", symbols(rarest));
    }
  }

  private void vectors(VectorCoverage coverage) {
    line(
        "%s: vectors for %,d of %s (%s) and %s of the tokens of training%s",
        coverage.parameter(),
        coverage.coveredSymbols(),
        Counts.of(coverage.symbols(), "symbol"),
        percent((double) coverage.coveredSymbols() / coverage.symbols(), 1),
        percent((double) coverage.coveredTokens() / coverage.tokens(), 1),
        coverage.missing().isEmpty()
            ? ""
            : "; none for " + String.join(", ", coverage.missing()) + ", …");
  }

  /** The first features with their scaling; those that never change tell nothing. */
  private void features() {
    FeatureScaler scaler = findings.inputs().scaler();
    for (int i = 0; i < Math.min(FEATURES, scaler.features()); i++) {
      line("  feature %-6d mean %12.5g  deviation %12.5g", i, scaler.mean(i), scaler.deviation(i));
    }
    if (scaler.features() > FEATURES) {
      line("  … %,d more", scaler.features() - FEATURES);
    }
  }

  private String symbols(List<ShardSurvey.Count> counts) {
    return counts.stream()
        .map(
            count ->
                String.format(
                    Locale.ROOT,
                    "%s %,d",
                    shown(findings.inputs().first().token(count.symbol())),
                    count.count()))
        .collect(Collectors.joining("   "));
  }

  /** The first target values with their scaling. */
  private void values() {
    FeatureScaler scaler = result.targets().scaler();
    long[] counts = findings.summary().train().targetCounts();
    out.println();
    line("target values of the training data: %,d", scaler.features());
    for (int v = 0; v < Math.min(FEATURES, scaler.features()); v++) {
      line(
          "  value %-6d   mean %12.5g  deviation %12.5g %,12d",
          v, scaler.mean(v), scaler.deviation(v), counts[v]);
    }
    if (scaler.features() > FEATURES) {
      line("  … %,d more", scaler.features() - FEATURES);
    }
  }

  private void labels() {
    long[] counts = findings.summary().train().targetCounts();
    long all = findings.summary().train().targets();
    List<Integer> order = LabelCounts.order(findings.summary().train());
    out.println();
    line("labels of the training data: %,d", counts.length);
    // A target may have several of them.
    long rest = LongStream.of(counts).sum();
    for (int label : order.subList(0, Math.min(LABELS, counts.length))) {
      label(findings.targets().token(label), counts[label], all);
      rest -= counts[label];
    }
    if (counts.length > LABELS) {
      label(String.format(Locale.ROOT, "… %,d more", counts.length - LABELS), rest, all);
    }
  }

  private void label(String name, long count, long all) {
    String text = name.length() > LABEL_WIDTH ? name.substring(0, LABEL_WIDTH - 1) + "…" : name;
    line("  %-24s %,12d %9s", text, count, percent((double) count / all, 1));
  }

  private void training() {
    out.println();
    out.println("training");
    if (findings.baseline() != null) {
      item(
          "to beat",
          "%s baseline: %s",
          findings.baseline().name(),
          findings.baseline().describe(findings.scored().name().toLowerCase(Locale.ROOT) + "-"));
    }
    item("parameters", "%,d", findings.parameters());
    item(
        "data",
        "%s in %s; of the computed steps %s are padding and %s lanes without a sequence",
        Counts.of(findings.rounds().blocks(), "block"),
        Counts.of(findings.rounds().shards(), "shard"),
        percent(findings.survey().padding(), 1),
        percent(findings.survey().unfilled(), 1));
    item(
        "updates",
        "%,d per epoch, each from %s; %,d in %s",
        findings.rounds().rounds(),
        Counts.of(findings.rounds().blocksPerRound(), "block"),
        findings.updates(),
        Counts.of(findings.job().training().epochs(), "epoch"));
    item(
        "kernels",
        "%s (%s); %s",
        result.kernels().name(),
        result.kernels().reason(),
        result.warmUp());
    MemoryEstimate memory = result.memory();
    item(
        "memory, at least",
        "driver %s%s%s",
        bytes(memory.driver()),
        memory.executor() > 0 ? ", each executor " + bytes(memory.executor()) : "",
        memory.results() > 0 ? "; " + bytes(memory.results()) + " of gradients per round" : "");
    findings.time().ifPresentOrElse(this::time, () -> item("time, estimated", "not measured"));
  }

  private void time(TimeEstimate time) {
    item(
        "time, estimated",
        "%s per epoch, %s in all; %d of %s busy, %.1f ms per update beside the blocks",
        range(time.epoch(), time.epochAtMost()),
        range(time.all(), time.allAtMost()),
        time.busy(),
        Counts.of(time.cores(), "core"),
        1000 * time.overhead());
    if (time.machineBusy()) {
      item(
          "",
          "this machine is busy: the blocks measured took %.1f times as long as they would alone;"
              + " the longer times hold while it stays so",
          time.slowDown());
    }
    if (!result.warmUp().allocating().isEmpty()) {
      item("", "the kernels were not compiled in time: check again when the machine is idle");
    }
  }

  private static String range(double least, double most) {
    String from = duration(least);
    String to = duration(most);
    return from.equals(to) ? from : from + " to " + to;
  }

  private void item(String name, String format, Object... arguments) {
    line("  %-20s%s", name, String.format(Locale.ROOT, format, arguments));
  }

  private void warnings(List<Warning> warnings) {
    out.println();
    if (warnings.isEmpty()) {
      out.println("no warnings");
    }
    for (Warning warning : warnings) {
      line("warning: %s", warning.finding());
      line("  change: %s", warning.change());
    }
  }

  /** A symbol in quotes, what cannot be seen written as code. */
  private static String shown(String token) {
    StringBuilder text = new StringBuilder("'");
    token
        .codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    text.append(
                        c == '\n'
                            ? "\\n"
                            : c == '\t' ? "\\t" : String.format(Locale.ROOT, "\\u%04x", c));
                default -> text.appendCodePoint(c);
              }
            });
    return text.append("'").toString();
  }

  private static String percent(double share, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f %%", 100 * share);
  }

  /** A size in a unit that leaves few digits. */
  static String bytes(long bytes) {
    double value = bytes / 1024.0;
    for (String unit : List.of("kB", "MB", "GB")) {
      if (value < 1000) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
      }
      value /= 1024;
    }
    return String.format(Locale.ROOT, "%.1f TB", value);
  }

  /** A time as people say it: an estimate has no more than two digits. */
  static String duration(double seconds) {
    if (seconds < 1) {
      return "under 1 s";
    }
    if (seconds < 99.5) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    double minutes = seconds / 60;
    if (minutes < 99.5) {
      return String.format(Locale.ROOT, minutes < 10 ? "%.1f min" : "%.0f min", minutes);
    }
    double hours = minutes / 60;
    return hours < 48
        ? String.format(Locale.ROOT, hours < 10 ? "%.1f h" : "%.0f h", hours)
        : String.format(Locale.ROOT, "%.0f days", hours / 24);
  }
}
