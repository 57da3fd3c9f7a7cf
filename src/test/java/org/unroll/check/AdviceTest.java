package org.unroll.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.unroll.config.Job;
import org.unroll.config.JobException;
import org.unroll.config.JobReader;
import org.unroll.data.DataSummary;
import org.unroll.data.SplitSummary;

/** Advice fits the job that it is given to: every kind of job, with data that have every fault. */
class AdviceTest {
  private static final Pattern KEY =
      Pattern.compile("\\b(data|model|training|sync|validation|checkpoint|output)(\\.[a-z0-9-]+)+");

  private static final String TRAINING =
      """
      training { epochs = 12, optimizer.learning-rate = 5 }
      """;

  /** Every topology on every kind of input; formats that differ in what a job may say of them. */
  private static List<String> kinds() {
    List<String> kinds = new ArrayList<>();
    for (String tokens : List.of("characters", "words", "features, width = 1")) {
      for (String topology : List.of("many-to-one", "many-to-many")) {
        kinds.add(
            """
            data { format = delimited, train = "t", input { column = 0, tokens = %s }
                   target.column = 1 }
            model { topology = %s, layers = [ { cell = lstm, units = 4 } ] }
            """
                .formatted(tokens, topology));
      }
    }
    for (String data : List.of("format = lines, input.tokens = words", "format = stream")) {
      kinds.add(
          """
          data { %s, train = "t" }
          model { topology = many-to-many, layers = [ { cell = lstm, units = 4 } ] }
          """
              .formatted(data));
    }
    return kinds;
  }

  /** What jobs may have beside; those that do not fit a kind are passed over. */
  private static final List<List<String>> EXTRAS =
      List.of(
          List.of(),
          List.of("data.valid=v", "model.embedding=4", "data.vocabulary.min-count=3"),
          List.of("data.valid=0.1", "training.batch-size=20", "data.max-length.steps=7"),
          List.of(
              "data.valid=tail:0.1",
              "sync.rounds-per-epoch=1",
              "training.block-size=8",
              "training.patience=80",
              "data.input.lowercase=true"),
          List.of("training.optimizer.kind=irprop-plus", "model.layers.0.dropout=0.5"),
          List.of(
              "model.layers.0.bidirectional=true",
              "training.recompute-above=7",
              "training.optimizer.schedule=step",
              "training.optimizer.drop-after=50",
              "training.optimizer.drop-factor=0.5",
              "training.optimizer.weight-decay-on=all"),
          List.of(
              "training.truncate=9000",
              "training.clip-norm=1",
              "model.embedding=4",
              "model.layers.0.residual=true",
              "training.batch-size=2"),
          List.of(
              "model.embedding=4",
              "data.valid=v",
              "model.characters.embedding=3",
              "model.characters.layers=[{cell=lstm,units=3,forget-bias=2}]",
              "model.initialization=pytorch"),
          List.of("model.embedding=4", "model.vectors=glove.txt", "data.valid=v"),
          List.of(
              "model.embedding=4", "data.valid=v", "data.fields=[{name=f,column=7,embedding=2}]"),
          List.of("model.pooling=mean", "data.bad-rows-budget=3", "output.samples=9"),
          List.of(
              "data.bad-rows=skip",
              "data.vocabulary.min-count=2",
              "data.vocabulary.max-size=1200",
              "training.optimizer.warm-up-rounds=500",
              "training.average-rounds=400"),
          List.of(
              "data.valid=v",
              "training.patience=80",
              "validation.every-rounds=900",
              "checkpoint.every-rounds=900"));

  private static List<Job> jobs(String kind) {
    List<Job> jobs = new ArrayList<>();
    for (List<String> extra : EXTRAS) {
      try {
        jobs.add(JobReader.read(kind + TRAINING, "kind.conf", extra));
      } catch (JobException e) {
        // No such job.
      }
    }
    return jobs;
  }

  private static List<String> advice(List<Warning> warnings) {
    return warnings.stream().map(each -> each.finding() + " -> " + each.change()).toList();
  }

  /** Settings that have been tried on a network and its data. */
  private final Set<String> tried = new HashSet<>();

  @Test
  void nothingIsAdvisedThatTheJobCannotHave() {
    TreeSet<String> found = new TreeSet<>();
    for (String kind : kinds()) {
      List<Job> jobs = jobs(kind);
      assertTrue(jobs.size() > 5, jobs.size() + " jobs of " + kind);
      for (Job job : jobs) {
        for (Warning warning : Advice.on(FaultyData.findings(job, List.of("0.5", "1", "2")))) {
          assertFits(job, warning);
          found.add(warning.finding().replaceAll("[0-9]+([.,][0-9]+)*", "#"));
        }
      }
    }
    String all = String.join("\n", found);
    for (String expected :
        List.of(
            "updates in all are few",
            "far too large",
            "dropout draws other masks",
            "not in the vocabulary",
            "in the training data too",
            "validation sequences will choose the best epoch",
            "all targets of the validation data have the same label",
            "cut to # steps",
            "the median only #",
            "without clipping",
            "read from the last step",
            "go into the first layer one-hot",
            "by heart",
            "no validation data",
            "is no multiple of",
            "are padding",
            "lanes without a sequence",
            "data.vocabulary.min-count = # has no effect",
            "data.bad-rows-budget = # has no effect",
            "forget-bias = # has no effect",
            "training.recompute-above = # has no effect",
            "training.truncate = # has no effect",
            "the learning rate rises during",
            "the model is the mean over the last",
            "training.patience = # has no effect",
            "validation.every-rounds = # has no effect",
            "checkpoint.every-rounds = # has no effect",
            "the learning rate never drops",
            "weight-decay-on = all has no effect",
            "output.samples = # has no effect")) {
      assertTrue(all.contains(expected), expected + " is not in\n" + all);
    }
  }

  /** Every change is one that the job can make, and names no other keys than it sets or has. */
  private void assertFits(Job job, Warning warning) {
    String hocon = job.toHocon();
    String all = warning + " of\n" + hocon;
    assertFalse(warning.changes().isEmpty(), all);
    for (Change change : warning.changes()) {
      String first = job.data() + " " + job.model() + change.settings();
      if (!change.settings().isEmpty() && tried.add(first)) {
        Job changed = JobReader.read(hocon, "kind.conf", change.settings());
        assertFalse(changed.equals(job), all);
      }
      for (Matcher key = KEY.matcher(change.words()); key.find(); ) {
        String name = key.group();
        boolean set = change.settings().stream().anyMatch(each -> each.startsWith(name));
        assertTrue(set || hocon.contains(last(name)), name + ": " + all);
      }
    }
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  private static Job job(String kind, String... settings) {
    return JobReader.read(kind + TRAINING, "kind.conf", List.of(settings));
  }

  private static String tagger(String tokens) {
    return """
    data { format = delimited, train = "t", valid = "v", input { column = 0, tokens = %s }
           target.column = 1 }
    model { topology = many-to-many, embedding = 4, layers = [ { cell = gru, units = 4 } ] }
    """
        .formatted(tokens);
  }

  @Test
  void whatHasSomethingForEachWordMustHaveWords() {
    String tagged =
        String.join(
            "\n", advice(Advice.on(FaultyData.findings(job(tagger("words")), List.of("a", "b")))));
    assertFalse(tagged.contains("tokens = characters"), tagged);
    assertTrue(tagged.contains("add model.characters"), tagged);
    Job labelled = job(tagger("words"), "model.topology=many-to-one", "data.input.lowercase=true");
    String one =
        String.join("\n", advice(Advice.on(FaultyData.findings(labelled, List.of("a", "b")))));
    assertTrue(one.contains("set data.input.tokens = characters"), one);
    assertFalse(one.contains("lowercase"), one);
  }

  @Test
  void recordingsAreLeftOutRatherThanCut() {
    Job recordings =
        job(tagger("features, width = 1"), "model.embedding=0", "model.topology=many-to-one");
    String text =
        String.join("\n", advice(Advice.on(FaultyData.findings(recordings, List.of("a", "b")))));
    assertTrue(text.contains("data.max-length.action = reject and data.bad-rows = skip"), text);
    Job tags = job(tagger("words"));
    String split =
        String.join("\n", advice(Advice.on(FaultyData.findings(tags, List.of("a", "b")))));
    assertTrue(split.contains("and data.max-length.action = split"), split);
  }

  /** Blocks of 16 would make batches of 16 of those of 8. */
  @Test
  void noBlockSizeIsAdvisedThatChangesTheBatches() {
    Job small = job(tagger("words"), "training.batch-size=8", "training.block-size=8");
    String text =
        String.join("\n", advice(Advice.on(FaultyData.findings(small, List.of("a", "b")))));
    assertFalse(text.contains("block-size"), text);
    Job whole = job(tagger("words"), "training.batch-size=32", "training.block-size=8");
    text = String.join("\n", advice(Advice.on(FaultyData.findings(whole, List.of("a", "b")))));
    assertTrue(text.contains("set training.block-size = 16"), text);
  }

  private static List<String> warnings(List<String> labels) {
    Job job = job(tagger("words"), "model.topology=many-to-one");
    return advice(Advice.beforeTraining(FaultyData.findings(job, labels).plan()));
  }

  @Test
  void labelsThatAreNumbersAreARegression() {
    List<String> prices = new ArrayList<>();
    List<String> digits = new ArrayList<>();
    List<String> stars = new ArrayList<>();
    for (int i = 0; i < 1069; i++) {
      prices.add(String.valueOf(i * 37 % 1069));
    }
    for (int i = 0; i < 10; i++) {
      digits.add(String.valueOf(i));
      stars.add(String.valueOf(i / 2.0));
    }
    String told = warnings(prices).get(0);
    assertTrue(told.startsWith("1,069 of 1,069 labels are numbers, such as 0 and "), told);
    assertTrue(told.contains("set model.output = linear"), told);
    for (List<String> classes : List.of(digits, stars, List.of("yes", "no"))) {
      assertFalse(warnings(classes).toString().contains("are numbers"), classes.toString());
    }
    List<String> reals = new ArrayList<>(stars);
    reals.addAll(List.of("1.25", "-3.5e-2", "n/a"));
    assertFalse(warnings(reals).toString().contains("are numbers"), "one in twenty may be none");
    reals.remove("n/a");
    assertTrue(warnings(reals).get(0).contains("12 of 12 labels are numbers"));
  }

  @Test
  void aSingleLabelIsToldByTrainToo() {
    assertEquals(
        "there is a single label, 'x': nothing can be learned -> check that data.target.column is"
            + " the column with the answer",
        warnings(List.of("x")).get(0));
  }

  /** A table of time steps read row by row, each row a sequence of its own. */
  @Test
  void sequencesOfOneStepAreTold() {
    Job job = job(tagger("features, width = 1"), "model.embedding=0", "model.topology=many-to-one");
    PlannedRun plan = FaultyData.findings(job, List.of("a", "b")).plan();
    SplitSummary rows = plan.summary().train();
    SplitSummary steps =
        new SplitSummary(
            rows.intake(),
            rows.sequences(),
            rows.sequences(),
            rows.targets(),
            1,
            1,
            0,
            0,
            rows.lengths(),
            rows.sequencesPerShard(),
            rows.targetCounts());
    DataSummary summary = new DataSummary(steps, null, null, Map.of(), List.of());
    PlannedRun single = new PlannedRun(job, plan.inputs(), plan.targets(), summary, plan.rounds());
    String told = String.join("\n", advice(Advice.beforeTraining(single)));
    assertTrue(told.contains("every sequence has a single step"), told);
    assertTrue(told.contains("write all steps of a sequence into one row"), told);
    assertFalse(
        advice(Advice.beforeTraining(plan)).toString().contains("a single step"), "as usual");
  }

  @Test
  void fewValidationDataAreSaidToBeUncertain() {
    String told = String.join("\n", warnings(List.of("a", "b")));
    assertTrue(
        told.contains(
            "6 validation sequences will choose the best epoch: an accuracy measured on"
                + " so few is uncertain by up to ± 40 percentage points"),
        told);
  }
}
