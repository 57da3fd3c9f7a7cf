package org.unroll.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.unroll.config.DataConfig.Format;
import org.unroll.config.Job.Sections;

/**
 * Rules that join several keys of a job. A new rule is one more method called by {@link #check}.
 */
final class CombinationRules {
  private static final Pattern FIELD_NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private final Sections job;
  private final List<Violation> violations = new ArrayList<>();

  private CombinationRules(Sections job) {
    this.job = job;
  }

  /**
   * A broken rule.
   *
   * @param keys the keys it joins; the first that is given tells the place
   * @param rule what must hold
   * @param value what was found
   * @param fix what to change
   */
  record Violation(List<String> keys, String rule, String value, String fix) {
    Problem toProblem(String place) {
      return new Problem(rule, value, place, fix);
    }
  }

  /** The broken rules of a job whose single values are all in range. */
  static List<Violation> check(Sections job) {
    CombinationRules rules = new CombinationRules(job);
    rules.paths();
    rules.validation();
    rules.columns();
    rules.fields();
    rules.features();
    rules.characters();
    rules.targets();
    rules.badRows();
    rules.lengths();
    rules.layers();
    rules.rounds();
    rules.violations.addAll(LayerRules.check(job));
    rules.violations.addAll(OutputRules.check(job));
    rules.violations.addAll(LearningRules.check(job));
    rules.violations.addAll(BatchNormalizationRules.check(job));
    return rules.violations;
  }

  private void add(List<String> keys, String rule, String value, String fix) {
    violations.add(new Violation(keys, rule, value, fix));
  }

  private void paths() {
    if (DataConfig.splitPaths(job.data().train()).isEmpty()) {
      add(
          List.of("data.train"),
          "data.train must name at least one path",
          JobText.quote(job.data().train()),
          "");
    }
  }

  private void validation() {
    boolean stream = job.data().format() == Format.STREAM;
    ValidSource valid = job.data().valid();
    List<String> keys = List.of("data.valid", "data.format");
    String format = "data.format = " + ValueType.enumText(job.data().format());
    if (valid instanceof ValidSource.Tail && !stream) {
      add(
          keys,
          "data.valid = " + valid + " needs data.format = stream",
          format,
          "give a fraction of the rows, such as data.valid = 0.1");
    }
    if (valid instanceof ValidSource.Rows && stream) {
      add(
          keys,
          "data.valid = " + valid + " needs rows",
          format,
          "take the end of each stream with data.valid = \"tail:0.1\"");
    }
    if (valid instanceof ValidSource.Fraction && stream) {
      add(
          keys,
          "a fraction in data.valid needs rows to choose from",
          format,
          "take the end of each stream with data.valid = \"tail:" + valid + "\"");
    }
    if (job.data().validSeed() != 0 && !(valid instanceof ValidSource.Fraction)) {
      add(
          List.of("data.valid-seed", "data.valid"),
          "data.valid-seed needs a fraction in data.valid, whose rows it selects",
          valid instanceof ValidSource.None ? "none" : "data.valid = " + valid,
          "set data.valid to a fraction such as 0.1, or remove data.valid-seed");
    }
    if (valid instanceof ValidSource.None && job.training().patience() > 0) {
      add(
          List.of("training.patience", "data.valid"),
          "training.patience needs data.valid, which tells when training stops getting better",
          "training.patience = " + job.training().patience(),
          "add data.valid = " + (stream ? "\"tail:0.1\"" : "0.1"));
    }
  }

  private void columns() {
    DataConfig data = job.data();
    if (!data.hasColumns()) {
      return;
    }
    columnName("data.input.column", data.input().column());
    columnName("data.target.column", data.target().column());
    columnName("data.weight.column", data.weight().column());
    columnName("data.id.column", data.id().column());
    if (data.input().column().equals(data.target().column())) {
      add(
          List.of("data.target.column", "data.input.column"),
          "data.input.column and data.target.column must differ",
          JobText.quote(data.target().column().toString()) + " for both",
          "a model that reads its own answer learns nothing else");
    }
    for (int i = 0; i < data.fields().size(); i++) {
      Column column = data.fields().get(i).column();
      columnName("data.fields." + i + ".column", column);
      if (column.equals(data.target().column())) {
        add(
            List.of("data.fields." + i + ".column", "data.target.column"),
            "data.fields." + i + ".column and data.target.column must differ",
            JobText.quote(column.toString()) + " for both",
            "a model that reads its own answer learns nothing else");
      }
    }
  }

  private void columnName(String key, Column column) {
    boolean json = job.data().format() == Format.JSON;
    if (json || job.data().format() == Format.PARQUET) {
      if (column instanceof Column.Index) {
        add(
            List.of(key, "data.format"),
            key + " must be a name with data.format = " + ValueType.enumText(job.data().format()),
            column.toString(),
            json ? "give the name of a field of the JSON objects" : "give the name of a column");
      }
      return;
    }
    if (column instanceof Column.Name name && !job.data().header()) {
      add(
          List.of(key, "data.header"),
          key + " can be a name only with data.header = true",
          JobText.quote(name.name()),
          "set data.header = true, or give the column's number, counted from 0");
    }
  }

  private void fields() {
    DataConfig data = job.data();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < data.fields().size(); i++) {
      String key = "data.fields." + i + ".name";
      String name = data.fields().get(i).name();
      if (!FIELD_NAME.matcher(name).matches()) {
        add(
            List.of(key),
            key + " must be a letter and then letters, digits and dashes, all in lower case",
            JobText.quote(name),
            "call it something like part-of-speech");
      }
      if (names.contains(name)) {
        add(
            List.of(key),
            "the names in data.fields must differ",
            JobText.quote(name) + " twice",
            "rename one of them");
      }
      names.add(name);
    }
    if (data.fields().isEmpty()) {
      return;
    }
    requireTarget("data.fields", "what a language model writes has no further fields");
    if (data.input().tokens() != DataConfig.Tokens.FEATURES && job.model().embedding() == 0) {
      add(
          List.of("data.fields", "model.embedding"),
          "data.fields needs an embedding of data.input, beside which the fields are put",
          "model.embedding = 0",
          "set model.embedding to at least 1");
    }
  }

  private void features() {
    if (job.data().input().tokens() != DataConfig.Tokens.FEATURES) {
      return;
    }
    requireTarget("data.input.tokens = features", "the next symbol can be predicted of text only");
    if (job.model().embedding() > 0) {
      add(
          List.of("model.embedding", "data.input.tokens"),
          "model.embedding must be 0 with data.input.tokens = features, which are fed as they are",
          Integer.toString(job.model().embedding()),
          "remove model.embedding");
    }
  }

  private void characters() {
    CharactersConfig characters = job.model().characters();
    if (characters.isUsed() != characters.embedding() > 0) {
      boolean layers = characters.isUsed();
      add(
          List.of("model.characters.layers", "model.characters.embedding"),
          "model.characters needs both an embedding and layers",
          layers ? "no embedding" : "no layers",
          layers
              ? "set model.characters.embedding, say to 25"
              : "add model.characters.layers, such as [ { cell = lstm, units = 25, bidirectional ="
                  + " true } ]");
    }
    for (int i = 0; i < characters.layers().size(); i++) {
      normalization("model.characters.layers." + i + ".", characters.layers().get(i));
    }
    if (!characters.isUsed()) {
      return;
    }
    requireTarget("model.characters", "a language model knows of the next word only its number");
    if (job.data().input().tokens() != DataConfig.Tokens.WORDS) {
      add(
          List.of("model.characters.layers", "data.input.tokens"),
          "model.characters needs data.input.tokens = words",
          "data.input.tokens = " + ValueType.enumText(job.data().input().tokens()),
          "characters that are steps themselves are read by model.layers");
    } else if (job.model().embedding() == 0) {
      add(
          List.of("model.characters.layers", "model.embedding"),
          "model.characters needs an embedding of the words, beside which it is put",
          "model.embedding = 0",
          "set model.embedding to at least 1");
    }
  }

  /** Where it would be a language model, the target is missing. */
  private void requireTarget(String key, String why) {
    DataConfig data = job.data();
    boolean given = !(data.target().column() instanceof Column.None);
    if (!data.hasColumns()) {
      add(
          List.of(key.split(" ")[0], "data.format"),
          key + " needs data.format = delimited, json or parquet, rows with a target",
          "data.format = " + ValueType.enumText(data.format()),
          why);
    } else if (!given && job.model().topology().targetPerStep()) {
      add(
          List.of(key.split(" ")[0], "data.target.column"),
          key + " needs data.target.column",
          "none",
          why + "; add data.target.column, the column with a target per step");
    }
  }

  private void targets() {
    if (job.model().output().targets() != TargetType.CLASS) {
      requireTarget(
          "model.output = " + ValueType.enumText(job.model().output()),
          "a language model predicts symbols, with model.output = softmax");
    }
    boolean columns = job.data().hasColumns();
    boolean given = !(job.data().target().column() instanceof Column.None);
    switch (job.model().topology()) {
      case MANY_TO_ONE, ONE_TO_ONE -> {
        String topology = "model.topology = " + ValueType.enumText(job.model().topology());
        if (!columns) {
          add(
              List.of("model.topology", "data.format"),
              topology + " needs data.format = delimited, json or parquet, rows with a label",
              "data.format = " + ValueType.enumText(job.data().format()),
              "for a language model set model.topology = many-to-many");
        } else if (!given) {
          add(
              List.of("model.topology", "data.target.column"),
              "data.target.column is required by " + topology,
              "none",
              job.data().format() == Format.DELIMITED
                  ? "add data.target.column, the column with the label, counted from 0"
                  : "add data.target.column, the name of the field with the label");
        }
      }
      case MANY_TO_MANY -> {}
    }
  }

  private void badRows() {
    double budget = job.data().badRowsBudget();
    if (budget >= 1 && budget != Math.rint(budget)) {
      add(
          List.of("data.bad-rows-budget"),
          "data.bad-rows-budget from 1 on is a count and must be a whole number",
          JobText.number(budget),
          "give a share below 1, or a count");
    }
  }

  private void lengths() {
    DataConfig.MaxLength maxLength = job.data().maxLength();
    if (maxLength.steps() == 0 && maxLength.action() != DataConfig.TooLong.TRUNCATE) {
      add(
          List.of("data.max-length.action", "data.max-length.steps"),
          "data.max-length.action needs a limit in data.max-length.steps",
          "data.max-length.steps = 0",
          "add data.max-length.steps, or remove data.max-length.action");
    }
  }

  private void layers() {
    ModelConfig model = job.model();
    if (model.embedding() == 0 && model.hasVectors()) {
      add(
          List.of("model.vectors", "model.embedding"),
          "model.vectors needs an embedding",
          "model.embedding = 0",
          "set model.embedding to the numbers per line of " + model.vectors());
    }
    if (model.embedding() == 0 && model.embeddingDropout() > 0) {
      add(
          List.of("model.embedding-dropout", "model.embedding"),
          "model.embedding-dropout needs an embedding",
          "model.embedding = 0",
          "set model.embedding to at least 1, or remove model.embedding-dropout");
    }
    for (int i = 0; i < model.layers().size(); i++) {
      normalization("model.layers." + i + ".", model.layers().get(i));
      if (model.layers().get(i).bidirectional()) {
        bidirectional("model.layers." + i + ".bidirectional");
      }
    }
  }

  private void normalization(String prefix, LayerConfig layer) {
    if (layer.normalization() == LayerConfig.Normalization.LAYER && layer.units() < 2) {
      add(
          List.of(prefix + "normalization", prefix + "units"),
          prefix
              + "normalization = layer needs at least 2 units: a single one is always its own mean",
          "units = " + layer.units(),
          "set more units, or normalization = none");
    }
  }

  private void bidirectional(String key) {
    if (job.training().truncate() > 0) {
      add(
          List.of(key, "training.truncate"),
          "training.truncate cannot be used with a bidirectional layer, whose second recurrence"
              + " needs the whole sequence",
          "training.truncate = " + job.training().truncate() + " and " + key + " = true",
          "set training.truncate = 0, or bidirectional = false");
    }
    boolean nextSymbol =
        job.model().topology().targetPerStep()
            && job.data().target().column() instanceof Column.None;
    if (nextSymbol) {
      add(
          List.of(key, "model.topology"),
          key
              + " cannot be true where the next symbol is predicted: read backwards, the layer"
              + " sees the answer",
          "model.topology = many-to-many without data.target.column",
          "set bidirectional = false");
    }
  }

  private void rounds() {
    TrainingConfig training = job.training();
    SyncConfig sync = job.sync();
    if (training.hasBatchSize() && sync.hasRoundsPerEpoch()) {
      add(
          List.of("training.batch-size", "sync.rounds-per-epoch"),
          "training.batch-size and sync.rounds-per-epoch both say how often to update",
          training.batchSize() + " and " + sync.roundsPerEpoch(),
          "remove one of them");
    }
  }
}
