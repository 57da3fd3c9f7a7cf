package org.unroll.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every key: its default, a value of its own, and its line in the documentation. */
class KeysTest {
  private static final Path PAGE = Path.of("src/site/markdown/configuration.md");
  private static final String BEGIN = "<!-- keys: begin -->\n";
  private static final String END = "<!-- keys: end -->";

  /** A value other than the default for each key, with what else the job then needs. */
  private static Map<String, List<String>> changes() {
    Map<String, List<String>> changes = new LinkedHashMap<>();
    put(changes, "data.format=delimited");
    put(changes, "data.train=other/*.txt");
    put(changes, "data.valid=tail:0.25", "data.format=stream");
    put(changes, "data.valid-seed=7", "data.valid=0.1");
    put(changes, "data.test=test.txt");
    put(changes, "data.allow-overlap=true");
    put(changes, "data.header=true", "data.format=delimited");
    put(changes, "data.delimiter=comma", "data.format=delimited");
    put(changes, "data.input.column=3", "data.format=delimited");
    put(changes, "data.input.tokens=words");
    put(changes, "data.input.lowercase=true");
    String[] rows = {"data.format=delimited", "data.target.column=1", "data.input.tokens=features"};
    put(changes, "data.input.width=3", rows);
    put(changes, "data.input.standardize=false", rows[0], rows[1], rows[2], "data.input.width=3");
    String[] more = {
      "data.format=delimited",
      "data.target.column=1",
      "model.embedding=4",
      "data.fields=[{name=a,column=2,embedding=5},{name=b,column=3,tokens=features,width=2}]"
    };
    put(changes, more[3], more[0], more[1], more[2]);
    put(changes, "data.fields.0.tokens=characters", more);
    put(changes, "data.fields.0.name=other", more);
    put(changes, "data.fields.0.column=7", more);
    put(changes, "data.fields.0.lowercase=true", more);
    put(changes, "data.fields.0.embedding=9", more);
    put(changes, "data.fields.0.min-count=3", more);
    put(changes, "data.fields.0.vectors=kinds.txt", more);
    put(changes, "data.fields.1.width=4", more);
    put(changes, "data.fields.1.standardize=false", more);
    put(changes, "data.target.column=2", "data.format=delimited", "model.topology=many-to-one");
    put(changes, "data.max-length.steps=80");
    put(changes, "data.max-length.action=split", "data.max-length.steps=80");
    put(changes, "data.vocabulary.min-count=2");
    put(changes, "data.vocabulary.max-size=500");
    put(changes, "data.piece=100", "data.format=stream");
    put(changes, "data.bad-rows=quarantine");
    put(changes, "data.bad-rows-budget=20");
    put(changes, "data.read.max-line-bytes=4096");
    put(changes, "model.topology=many-to-one", "data.format=delimited", "data.target.column=1");
    put(changes, "model.embedding=16");
    put(changes, "model.vectors=glove.txt", "model.embedding=16");
    put(changes, "model.initial=runs/other/model");
    put(changes, "model.freeze=[embedding,layers.0]");
    put(changes, "model.embedding-dropout=0.5", "model.embedding=16");
    String[] spelt = {
      "data.format=delimited",
      "data.target.column=1",
      "data.input.tokens=words",
      "model.embedding=4",
      "model.characters.embedding=5",
      "model.characters.layers=[{cell=lstm,units=3}]"
    };
    put(changes, spelt[4], spelt[0], spelt[1], spelt[2], spelt[3], spelt[5]);
    put(changes, spelt[5], spelt[0], spelt[1], spelt[2], spelt[3], spelt[4]);
    put(changes, "model.characters.layers.0.cell=gru", spelt);
    put(changes, "model.characters.layers.0.units=7", spelt);
    put(changes, "model.characters.layers.0.bidirectional=true", spelt);
    put(changes, "model.characters.layers.0.dropout=0.25", spelt);
    put(changes, "model.characters.layers.0.recurrent-dropout=0.25", spelt);
    put(changes, "model.characters.layers.0.forget-bias=-0.5", spelt);
    put(changes, "model.characters.layers.0.reset=after", gru(spelt));
    put(changes, "model.characters.layers.0.activation=relu", rnn(spelt));
    put(changes, "model.characters.layers.0.normalization=layer", spelt);
    put(
        changes,
        "model.characters.layers.0.residual=true",
        spelt[0],
        spelt[1],
        spelt[2],
        spelt[3],
        "model.characters.embedding=3",
        spelt[5]);
    put(changes, "model.characters.layers.0.gates-read=peephole", spelt);
    put(changes, "model.characters.layers.0.output-activation=identity", spelt);
    put(changes, "model.dropout-mask=sequence", "model.layers.0.dropout=0.5");
    put(changes, "model.tie-embeddings=true", "model.embedding=4", "model.layers.0.units=4");
    put(changes, "model.initialization=pytorch");
    put(changes, "model.layers=[{cell=gru,units=3},{cell=rnn,units=4}]");
    put(changes, "model.layers.0.cell=gru");
    put(changes, "model.layers.0.units=7");
    put(
        changes,
        "model.layers.0.bidirectional=true",
        "data.format=delimited",
        "data.target.column=1",
        "model.topology=many-to-one");
    put(changes, "model.layers.0.dropout=0.25");
    put(changes, "model.layers.0.recurrent-dropout=0.25");
    put(changes, "model.layers.0.residual=true", "model.embedding=4", "model.layers.0.units=4");
    put(changes, "model.layers.0.normalization=layer");
    put(changes, "model.layers.0.normalization-momentum=0.5", "model.layers.0.normalization=batch");
    put(changes, "model.layers.0.reset=after", "model.layers.0.cell=gru");
    put(changes, "model.layers.0.activation=relu", "model.layers.0.cell=rnn");
    put(changes, "model.layers.0.gates-read=peephole", "model.layers.0.cell=lstm");
    put(changes, "model.layers.0.output-activation=identity", "model.layers.0.cell=lstm");
    put(changes, "model.layers.0.forget-bias=-0.5", "model.layers.0.cell=lstm");
    put(
        changes,
        "model.pooling=attention",
        "data.format=delimited",
        "data.target.column=1",
        "model.topology=many-to-one");
    put(changes, "model.dense=[{units=5}]");
    put(changes, "model.dense.0.units=7", "model.dense=[{units=5}]");
    put(changes, "model.dense.0.activation=relu", "model.dense=[{units=5}]");
    put(changes, "model.dense.0.dropout=0.5", "model.dense=[{units=5}]");
    put(changes, "training.epochs=9");
    put(changes, "training.batch-size=64");
    put(changes, "training.block-size=16");
    put(changes, "training.seed=-9223372036854775808");
    put(changes, "training.clip-norm=0.5");
    put(changes, "training.clip-value=2");
    put(changes, "training.truncate=35");
    put(changes, "training.recompute-above=4000");
    put(changes, "training.patience=3", "data.valid=0.1");
    put(changes, "training.average-rounds=5", "data.valid=0.1");
    put(changes, "training.label-smoothing=0.1");
    String[] labels = {"data.format=delimited", "data.target.column=1"};
    put(changes, "training.balance-classes=true", labels);
    String weights = "training.class-weights=[{label=\"7\",weight=2}]";
    put(changes, weights, labels);
    put(changes, "training.class-weights.0.label=no", labels[0], labels[1], weights);
    put(changes, "training.class-weights.0.weight=0.5", labels[0], labels[1], weights);
    put(changes, "data.weight.column=3", labels);
    put(changes, "data.id.column=3", labels);
    put(changes, "validation.every-rounds=100", "data.valid=0.1");
    put(changes, "validation.metric=accuracy", "data.valid=0.1");
    put(changes, "training.optimizer.kind=sgd");
    put(changes, "training.optimizer.learning-rate=0.01");
    put(changes, "training.optimizer.momentum=0.9", "training.optimizer.kind=sgd");
    put(
        changes,
        "training.optimizer.nesterov=true",
        "training.optimizer.kind=sgd",
        "training.optimizer.momentum=0.9");
    put(changes, "training.optimizer.smoothing=0.9", "training.optimizer.kind=rmsprop");
    put(changes, "training.optimizer.centered=true", "training.optimizer.kind=rmsprop");
    put(changes, "training.optimizer.weight-decay=0.1");
    put(changes, "training.optimizer.weight-decay-on=all");
    put(changes, "training.optimizer.increase=1.1", "training.optimizer.kind=irprop-plus");
    put(changes, "training.optimizer.decrease=0.75", "training.optimizer.kind=irprop-minus");
    put(changes, "training.optimizer.min-step=0.001", "training.optimizer.kind=irprop-minus");
    put(changes, "training.optimizer.max-step=2", "training.optimizer.kind=irprop-plus");
    put(changes, "training.optimizer.beta1=0.8");
    put(changes, "training.optimizer.beta2=0.99");
    put(changes, "training.optimizer.epsilon=2e-8");
    put(changes, "training.optimizer.schedule=cosine");
    put(changes, "training.optimizer.warm-up-rounds=10");
    String[] drops = {
      "training.optimizer.schedule=step",
      "training.optimizer.drop-after=2",
      "training.optimizer.drop-factor=0.5"
    };
    put(changes, "training.optimizer.drop-after=7", drops);
    put(changes, "training.optimizer.drop-factor=0.25", drops);
    put(
        changes,
        "training.optimizer.final-learning-rate=0.1",
        "training.optimizer.schedule=cosine");
    put(changes, "sync.engine=driver");
    put(changes, "sync.rounds-per-epoch=10");
    put(changes, "sync.partitions=4");
    put(changes, "sync.shards=64");
    put(changes, "checkpoint.every-rounds=100");
    put(changes, "checkpoint.every-minutes=2.5");
    put(changes, "checkpoint.keep=1");
    put(changes, "output.dir=runs/mine");
    put(changes, "output.samples=0");
    String[] tags = {"data.format=delimited", "data.target.column=1"};
    put(changes, "model.output=crf", tags);
    put(changes, "model.crf.constrain=entities", tags[0], tags[1], "model.output=crf");
    put(changes, "model.output=sigmoid", tags);
    String[] sigmoid = {tags[0], tags[1], "model.output=sigmoid"};
    put(changes, "model.sigmoid.labels=one", sigmoid);
    put(
        changes,
        "model.sigmoid.positive=yes",
        tags[0],
        tags[1],
        "model.output=sigmoid",
        "model.sigmoid.labels=one");
    put(changes, "model.sigmoid.threshold=0.25", sigmoid);
    String[] values = {"data.format=delimited", "data.target.column=1", "model.output=linear"};
    put(changes, values[2], values[0], values[1]);
    put(changes, "data.target.width=3", values);
    put(changes, "data.target.standardize=false", values);
    put(
        changes,
        "model.sigmoid.tune-threshold=true",
        tags[0],
        tags[1],
        "model.output=sigmoid",
        "data.valid=0.1");
    String[] quantile = {values[0], values[1], "model.output=quantile"};
    put(changes, "model.quantile.quantiles=[0.25,0.75]", quantile);
    // One choice only for now: the value is the default.
    put(changes, "sync.mode=gradient");
    put(changes, "model.output=adaptive-softmax");
    String[] texts = {"data.format=delimited", "data.target.column=1", "model.output=ctc"};
    put(changes, "data.target.tokens=characters", texts);
    put(changes, "model.ctc.beam-width=8", texts);
    put(changes, "model.adaptive-softmax.cutoffs=[20,300]", "model.output=adaptive-softmax");
    put(changes, "model.adaptive-softmax.factor=2", "model.output=adaptive-softmax");
    return changes;
  }

  private static String[] gru(String[] needs) {
    String[] changed = needs.clone();
    changed[changed.length - 1] = "model.characters.layers=[{cell=gru,units=3}]";
    return changed;
  }

  private static String[] rnn(String[] needs) {
    String[] changed = needs.clone();
    changed[changed.length - 1] = "model.characters.layers=[{cell=rnn,units=3}]";
    return changed;
  }

  private static void put(Map<String, List<String>> changes, String change, String... needs) {
    changes.put(change, List.of(needs));
  }

  @TestFactory
  Stream<DynamicTest> everyKeyCanBeSetAndReadBack() {
    return changes().entrySet().stream()
        .map(
            change ->
                DynamicTest.dynamicTest(
                    change.getKey(), () -> assertSet(change.getKey(), change.getValue())));
  }

  private static void assertSet(String change, List<String> needs) {
    String key = change.substring(0, change.indexOf('='));
    String value = change.substring(change.indexOf('=') + 1);
    List<String> overrides = new ArrayList<>(needs);
    overrides.add(change);
    Job job = job(overrides);
    // What these need does not stand without them.
    boolean together = List.of("data.target.column", "model.topology").contains(key);
    Job without =
        job(
            together
                ? List.of()
                : List.of(
                            "data.input.width",
                            "model.characters.embedding",
                            "model.characters.layers")
                        .contains(key)
                    ? List.of("data.format=delimited", "data.target.column=1")
                    : needs);
    if (key.equals("sync.mode")) {
      assertEquals(without, job);
    } else {
      assertNotEquals(without, job);
    }
    assertEquals(value.startsWith("[") ? "list" : value, valueIn(job, key));
    assertEquals(job, reread(job.toHocon()));
    assertEquals(job, reread(job.toJson()));
  }

  @Test
  void everyKeyIsCoveredAbove() {
    TreeSet<String> covered = new TreeSet<>();
    for (String change : changes().keySet()) {
      covered.add(
          change.substring(0, change.indexOf('=')).replace(".0", ".N").replace(".1.", ".N."));
    }
    // Words are not normalised over blocks; JobReaderTest has the refusal.
    covered.add("model.characters.layers.N.normalization-momentum");
    TreeSet<String> declared = new TreeSet<>();
    for (String row : Keys.table().split("\n")) {
      if (row.startsWith("| `")) {
        declared.add(row.substring(3, row.indexOf('`', 3)));
      }
    }
    assertEquals(declared, covered);
  }

  @Test
  void defaultsOfLines() {
    assertEquals(
        """
        data {
          format = lines
          train = "a.txt"
          allow-overlap = false
          input {
            tokens = characters
            lowercase = false
          }
          max-length {
            steps = 0
            action = truncate
          }
          vocabulary {
            min-count = 1
            max-size = 1000000
          }
          bad-rows = fail
          bad-rows-budget = 0.01
          read {
            max-line-bytes = 1048576
          }
        }
        model {
          topology = many-to-many
          embedding = 0
          embedding-dropout = 0
          dropout-mask = step
          tie-embeddings = false
          output = softmax
          initialization = glorot
          layers = [
            { cell = lstm, units = 2, bidirectional = false, dropout = 0, recurrent-dropout = 0, \
        residual = false, normalization = none, gates-read = activation, output-activation = tanh, \
        forget-bias = 1 }
          ]
          dense = []
        }
        training {
          epochs = 1
          block-size = 32
          seed = 1
          clip-norm = 0
          clip-value = 0
          truncate = 0
          recompute-above = 1000
          patience = 0
          average-rounds = 0
          label-smoothing = 0
          balance-classes = false
          class-weights = []
          optimizer {
            kind = adam
            learning-rate = 0.001
            beta1 = 0.9
            beta2 = 0.999
            epsilon = 1e-8
            weight-decay = 0
            weight-decay-on = weights
            schedule = constant
            warm-up-rounds = 0
            final-learning-rate = 0
          }
        }
        validation {
          every-rounds = 0
          metric = "loss"
        }
        sync {
          mode = gradient
          engine = auto
          partitions = 0
          shards = 0
        }
        checkpoint {
          every-rounds = 0
          every-minutes = 10
          keep = 3
        }
        output {
          samples = 3
        }
        """,
        job(List.of()).toHocon());
  }

  @Test
  void defaultsOfOtherKinds() {
    Job delimited =
        job(
            List.of(
                "data.format=delimited",
                "model.layers=[{cell=rnn,units=1},{cell=gru,units=1}]",
                "model.dense=[{units=1}]",
                "training.optimizer.kind=sgd"));
    DataConfig data = delimited.data();
    assertEquals(DataConfig.Delimiter.AUTO, data.delimiter());
    assertEquals(new Column.Index(0), data.input().column());
    assertEquals(new Column.None(), data.target().column());
    assertEquals(new ValidSource.None(), data.valid());
    assertEquals(false, data.header());
    assertEquals(false, data.hasTest());
    assertEquals(LayerConfig.Activation.TANH, delimited.model().layers().get(0).activation());
    assertEquals(LayerConfig.Reset.BEFORE, delimited.model().layers().get(1).reset());
    assertEquals(LayerConfig.Normalization.NONE, delimited.model().layers().get(0).normalization());
    assertEquals(0.1, delimited.model().layers().get(0).momentum());
    assertEquals(
        new DenseConfig(1, DenseConfig.Activation.TANH, 0), delimited.model().dense().get(0));
    assertEquals(0.1, delimited.training().optimizer().learningRate());
    assertEquals(0, delimited.training().optimizer().momentum());
    assertEquals(false, delimited.training().optimizer().nesterov());
    assertEquals(0, delimited.training().optimizer().weightDecay());
    OptimizerConfig adamw = job(List.of("training.optimizer.kind=adamw")).training().optimizer();
    assertEquals(0.001, adamw.learningRate());
    assertEquals(0.01, adamw.weightDecay());
    OptimizerConfig rmsprop =
        job(List.of("training.optimizer.kind=rmsprop")).training().optimizer();
    assertEquals(0.001, rmsprop.learningRate());
    assertEquals(0.99, rmsprop.smoothing());
    OptimizerConfig irprop =
        job(List.of("training.optimizer.kind=irprop-plus")).training().optimizer();
    assertEquals(0.01, irprop.learningRate());
    assertEquals(1.2, irprop.increase());
    assertEquals(0.5, irprop.decrease());
    assertEquals(1e-6, irprop.minStep());
    assertEquals(50, irprop.maxStep());
    assertEquals(false, delimited.training().hasBatchSize());
    assertEquals(false, delimited.sync().hasRoundsPerEpoch());
    assertEquals(false, delimited.output().hasDir());
    assertEquals(256, job(List.of("data.format=stream")).data().piece());
  }

  @Test
  void documentationHasTheTable() throws IOException {
    String text = Files.readString(PAGE);
    int begin = text.indexOf(BEGIN);
    assertTrue(begin >= 0, "no markers in " + PAGE);
    String table = text.substring(begin + BEGIN.length(), text.indexOf(END, begin));
    assertEquals(
        Keys.table(), table, () -> "paste into " + PAGE + ":\n" + BEGIN + Keys.table() + END);
    assertEquals(-1, Files.readString(Path.of("README.md")).indexOf(BEGIN), "one table is enough");
  }

  /** The value of a key in the rendered job, found by walking its tree. */
  private static String valueIn(Job job, String key) {
    Object node = JobSchema.ROOT.toTree(job.sections(), false);
    for (String name : key.split("\\.")) {
      node =
          node instanceof List<?> list
              ? list.get(Integer.parseInt(name))
              : ((Map<?, ?>) node).get(name);
    }
    if (node instanceof List<?>) {
      return "list";
    }
    String json = JobText.json(node);
    return node instanceof String || node instanceof Enum<?>
        ? json.substring(1, json.length() - 1)
        : json;
  }

  private static Job reread(String text) {
    return JobReader.read(text, "jobs/test.conf", List.of());
  }

  private static Job job(List<String> overrides) {
    String text =
        """
        data { format = lines, train = a.txt }
        model { topology = many-to-many, layers = [ { cell = lstm, units = 2 } ] }
        training { epochs = 1 }
        """;
    return JobReader.read(text, "jobs/test.conf", overrides);
  }
}
