package org.unroll.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.unroll.baseline.BaselineScore;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.Topology;
import org.unroll.config.ValidSource;
import org.unroll.data.DataSummary;
import org.unroll.data.Example;
import org.unroll.data.FeatureMoments;
import org.unroll.data.InputCoding;
import org.unroll.data.InputShape;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.data.Vocabulary;
import org.unroll.metric.Metric;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.train.TrainingSetup;

/** Data that have every fault that a job's kind of data can have. */
final class FaultyData {
  private FaultyData() {}

  /** A split of which half is unknown and much is cut, where that can be. */
  private static SplitSummary split(Job job, Role role, int sequences, long[] labels) {
    DataConfig.MaxLength limit = job.data().maxLength();
    boolean cut = limit.steps() > 0 && limit.action() == DataConfig.TooLong.TRUNCATE;
    boolean symbols = job.data().input().tokens() != DataConfig.Tokens.FEATURES;
    Intake intake = new Intake(3);
    for (int i = 0; i < sequences; i++) {
      intake.used(role, 1, cut && i % 2 == 0);
    }
    long steps = 60L * sequences;
    return new SplitSummary(
        intake.counts(role),
        sequences,
        steps,
        Arrays.stream(labels).sum() > 0 ? Arrays.stream(labels).sum() : steps,
        5000,
        1,
        (long) (symbols ? 0.45 * steps : 0),
        0,
        new long[] {0, sequences},
        new long[] {sequences},
        labels);
  }

  /** Lengths of which one is far from the others, in blocks that are hardly filled. */
  private static final ShardSurvey SURVEY = survey();

  private static ShardSurvey survey() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      int[] steps = new int[i == 0 ? 5000 : 1 + i % 3];
      examples.add(new Example(i, steps, new int[1]));
    }
    Job job =
        JobReader.read(
            """
            data { format = delimited, train = "t", target.column = 1, input.column = 0 }
            model { topology = many-to-one, layers = [ { cell = lstm, units = 4 } ] }
            training.epochs = 1
            """,
            "survey.conf",
            List.of());
    ShardSurvey survey = new ShardSurvey(1);
    survey.add(
        Shard.of(0, examples),
        new TrainingSetup(
            job.model(), InputShape.ofSymbols(1), SoftmaxSpec.of(2), 2, 0, 1, "ejml"));
    return survey;
  }

  static Findings findings(Job job, List<String> labels) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (int i = 0; i < 1200; i++) {
      counts.put("Word" + i, 5L);
    }
    boolean languageModel = job.model().topology() == Topology.MANY_TO_MANY && !hasTarget(job);
    List<Vocabulary> vocabularies = new ArrayList<>();
    for (DataConfig.Field each : InputCoding.symbols(job.data())) {
      Vocabulary.Kind kind =
          languageModel && job.data().format() == DataConfig.Format.LINES
              ? Vocabulary.Kind.FRAMED
              : Vocabulary.Kind.SYMBOLS;
      vocabularies.add(Vocabulary.build(kind, counts, 1, 10_000));
    }
    FeatureMoments moments = new FeatureMoments(InputCoding.features(job.data()));
    InputCoding inputs =
        new InputCoding(vocabularies, InputCoding.scaler(job.data(), moments, Map.of()), null);
    Vocabulary targets =
        languageModel ? inputs.first() : Vocabulary.of(Vocabulary.Kind.LABELS, labels);
    long[] each = new long[languageModel ? 0 : labels.size()];
    Arrays.fill(each, 1);
    if (each.length > 0) {
      each[0] = 1000;
    }
    long[] valid = new long[each.length];
    if (valid.length > 0) {
      valid[0] = 6;
    }
    boolean validated = !(job.data().valid() instanceof ValidSource.None);
    DataSummary summary =
        new DataSummary(
            split(job, Role.TRAIN, 1000, each),
            validated ? split(job, Role.VALID, 6, valid) : null,
            null,
            Map.of(),
            List.of());
    return new Findings(
        new PlannedRun(job, inputs, targets, summary, Rounds.perEpoch(new int[] {150}, 32, 1)),
        SURVEY,
        validated ? Map.of(Role.VALID, 3L) : Map.of(),
        new BaselineScore("majority", Map.of(Metric.LOSS, 1.0, Metric.ACCURACY, 0.5), 6),
        Role.TRAIN,
        1_000_000,
        Optional.empty());
  }

  private static boolean hasTarget(Job job) {
    return job.toHocon().contains("target {");
  }
}
