package org.unroll.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.unroll.check.Findings;
import org.unroll.check.Lengths;
import org.unroll.check.ShardSurvey;
import org.unroll.check.TimeEstimate;
import org.unroll.check.Warning;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.data.Vocabulary;

/** What {@code unroll check --json} prints. */
final class CheckFigures {
  private CheckFigures() {}

  static Map<String, Object> of(CheckRun.Result result, List<Warning> warnings) {
    Findings findings = result.findings();
    Figures data = new Figures();
    for (Role role : Role.values()) {
      SplitSummary split = findings.summary().of(role);
      data.put(role.name().toLowerCase(Locale.ROOT), split == null ? null : split(split));
    }
    Figures figures =
        new Figures()
            .put("name", findings.job().name())
            .put("data", data.map())
            .put("lengths", lengths(findings.survey().lengths()))
            .put("vocabulary", findings.inputs().first() == null ? null : vocabulary(findings))
            .put("vectors", result.vectors().stream().map(CheckFigures::vectors).toList())
            .put("features", (long) findings.inputs().scaler().features())
            .put(
                "labels",
                findings.languageModel() || result.targets().areValues()
                    ? null
                    : LabelCounts.figures(findings.summary().train(), findings.targets()))
            .put(
                "target-values",
                result.targets().areValues()
                    ? TargetValues.figures(findings.summary().train(), result.targets().scaler())
                    : null);
    figures.put("duplicates", findings.duplicates().get(Role.VALID));
    figures.put("test-duplicates", findings.duplicates().get(Role.TEST));
    return figures
        .put("baseline", baseline(findings))
        .put("training", training(findings))
        .put("kernels", result.kernels().name())
        .put("memory", memory(result.memory()))
        .put("time", findings.time().map(CheckFigures::time).orElse(null))
        .put("warnings", warnings.stream().map(CheckFigures::warning).toList())
        .map();
  }

  private static Map<String, Object> baseline(Findings findings) {
    if (findings.baseline() == null) {
      return null;
    }
    Figures figures =
        new Figures()
            .put("name", findings.baseline().name())
            .put("data", findings.scored().name().toLowerCase(Locale.ROOT));
    findings.baseline().values().forEach((metric, value) -> figures.put(metric.name(), value));
    return figures.map();
  }

  private static Map<String, Object> split(SplitSummary split) {
    Figures figures = new Figures();
    RowAccount.figures(split.intake()).forEach(figures::put);
    boolean values = split.targetMeans().length > 0;
    return figures
        .put("sequences", split.sequences())
        .put("steps", split.steps())
        .put("targets", split.targets())
        .put("unknown-labels", values ? null : (Long) split.unknownTargets())
        .put("missing-values", values ? (Long) split.missingValues() : null)
        .put("longest", (long) split.longest())
        .put("unknown-rate", split.unknownRate())
        .map();
  }

  private static Map<String, Object> lengths(Lengths lengths) {
    List<Object> bars = new ArrayList<>();
    for (Lengths.Bar bar : lengths.histogram(CheckText.BARS)) {
      bars.add(
          new Figures()
              .put("from", (long) bar.from())
              .put("to", (long) bar.to())
              .put("sequences", bar.count())
              .map());
    }
    return new Figures()
        .put("median", (long) lengths.quantile(0.5))
        .put("99-percent", (long) lengths.quantile(0.99))
        .put("longest", (long) lengths.longest())
        .put("histogram", bars)
        .map();
  }

  private static Map<String, Object> vocabulary(Findings findings) {
    Vocabulary inputs = findings.inputs().first();
    int specials = inputs.kind().specials().size();
    ShardSurvey survey = findings.survey();
    return new Figures()
        .put("symbols", (long) inputs.size())
        .put("special", (long) specials)
        .put("most-frequent", symbols(findings, survey.mostFrequent(specials, CheckText.SYMBOLS)))
        .put("rarest", symbols(findings, survey.rarest(specials, CheckText.SYMBOLS)))
        .map();
  }

  private static List<Object> symbols(Findings findings, List<ShardSurvey.Count> counts) {
    List<Object> symbols = new ArrayList<>();
    for (ShardSurvey.Count count : counts) {
      symbols.add(
          new Figures()
              .put("symbol", findings.inputs().first().token(count.symbol()))
              .put("count", count.count())
              .map());
    }
    return symbols;
  }

  private static Map<String, Object> training(Findings findings) {
    return new Figures()
        .put("parameters", findings.parameters())
        .put("shards", (long) findings.rounds().shards())
        .put("blocks", (long) findings.rounds().blocks())
        .put("blocks-per-round", (long) findings.rounds().blocksPerRound())
        .put("rounds-per-epoch", (long) findings.rounds().rounds())
        .put("updates", findings.updates())
        .put("executed-steps", findings.survey().executed())
        .put("padding", findings.survey().padding())
        .put("unfilled-lanes", findings.survey().unfilled())
        .map();
  }

  private static Map<String, Object> vectors(VectorCoverage coverage) {
    return new Figures()
        .put("parameter", coverage.parameter())
        .put("symbols", coverage.symbols())
        .put("covered-symbols", coverage.coveredSymbols())
        .put("tokens", coverage.tokens())
        .put("covered-tokens", coverage.coveredTokens())
        .put("missing", coverage.missing())
        .map();
  }

  private static Map<String, Object> memory(MemoryEstimate memory) {
    return new Figures()
        .put("driver-bytes", memory.driver())
        .put("executor-bytes", memory.executor())
        .put("result-bytes", memory.results())
        .map();
  }

  private static Map<String, Object> time(TimeEstimate time) {
    return new Figures()
        .put("epoch-seconds", time.epoch())
        .put("epoch-seconds-at-most", time.epochAtMost())
        .put("all-seconds", time.all())
        .put("all-seconds-at-most", time.allAtMost())
        .put("round-overhead-seconds", time.overhead())
        .put("busy-cores", (long) time.busy())
        .put("cores", (long) time.cores())
        .put("slow-down", time.slowDown())
        .put("machine-busy", time.machineBusy())
        .map();
  }

  private static Map<String, Object> warning(Warning warning) {
    return new Figures().put("finding", warning.finding()).put("change", warning.change()).map();
  }
}
