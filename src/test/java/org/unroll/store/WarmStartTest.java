package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.InputCoding;
import org.unroll.data.TargetCoding;
import org.unroll.data.Vocabulary;
import org.unroll.nn.Network;
import org.unroll.nn.head.CrfSpec;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.task.Tasks;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;

class WarmStartTest {
  /** A language model of these symbols. */
  private static Model languageModel(boolean tied, long seed, String... symbols) {
    Job job =
        JobReader.read(
            "data { format = lines, train = a }, training.epochs = 1, model { topology ="
                + " many-to-many, embedding = 3, tie-embeddings = "
                + tied
                + ", "
                + LSTM
                + " }",
            "test.conf",
            List.of());
    List<String> tokens = new ArrayList<>(Vocabulary.Kind.FRAMED.specials());
    tokens.addAll(Arrays.asList(symbols));
    Vocabulary inputs = Vocabulary.of(Vocabulary.Kind.FRAMED, tokens);
    InputCoding coding = InputCoding.of(inputs);
    Network network =
        new Network(
            job.model(),
            coding.shape(job.data()),
            SoftmaxSpec.of(inputs.size()),
            new EjmlKernels());
    Parameters parameters = Parameters.initial(network.parameters(), seed);
    return new Model(job, coding, TargetCoding.of(inputs), parameters, Map.of());
  }

  /** A tagger with these tags. */
  private static Model tagger(long seed, String... tags) {
    Job job =
        JobReader.read(
            "data { format = delimited, train = a, input.column = 0, target.column = 1 },"
                + " training.epochs = 1, model { topology = many-to-many, output = crf, "
                + LSTM
                + " }",
            "test.conf",
            List.of());
    Vocabulary targets = Vocabulary.of(Vocabulary.Kind.LABELS, List.of(tags));
    Vocabulary symbols = Vocabulary.of(Vocabulary.Kind.SYMBOLS, Vocabulary.Kind.SYMBOLS.specials());
    InputCoding coding = InputCoding.of(symbols);
    Network network =
        new Network(
            job.model(), coding.shape(job.data()), CrfSpec.of(targets.size()), new EjmlKernels());
    Parameters parameters = Parameters.initial(network.parameters(), seed);
    FMatrixRMaj transitions = parameters.get("output.transitions");
    for (int i = 0; i < transitions.data.length; i++) {
      transitions.data[i] = seed * 100 + i;
    }
    return new Model(job, coding, TargetCoding.of(targets), parameters, Map.of());
  }

  /** Transitions are matched by both their tags. */
  @Test
  void transitionsBetweenTagsKnownToBothAreTaken() {
    Model from = tagger(1, "O", "B", "I");
    Model to = tagger(2, "I", "X", "O");
    take(from, to);
    FMatrixRMaj taken = to.parameters().get("output.transitions");
    FMatrixRMaj source = from.parameters().get("output.transitions");
    assertEquals(source.get(2, 2), taken.get(0, 0));
    assertEquals(source.get(2, 0), taken.get(0, 2));
    assertEquals(source.get(0, 2), taken.get(2, 0));
    assertEquals(201, taken.get(0, 1));
  }

  @Test
  void aTiedTableIsTakenForBothItsUsesAndForOne() {
    Model tied = languageModel(true, 1, "a", "b", "c");
    Model untied = languageModel(false, 2, "a", "b", "c");
    Map<String, String> entries = take(tied, untied);
    assertEquals("taken", entries.get("output.weight"));
    assertArrayEquals(
        tied.parameters().get("embedding.weight").data,
        untied.parameters().get("output.weight").data);
    Model from = languageModel(false, 3, "c", "b");
    Model to = languageModel(true, 4, "a", "b", "c");
    entries = take(from, to);
    assertEquals("only in the other model: left out", entries.get("output.weight"));
    int b = to.inputs().first().index("b");
    assertArrayEquals(
        row(from, "embedding.weight", from.inputs().first().index("b")),
        row(to, "embedding.weight", b));
  }

  /** The vector of words that were unknown is no vector of a word. */
  @Test
  void tokensThatLookSpecialAreMatchedByTokens() {
    Model from = languageModel(false, 3, "a", "b");
    Model to = languageModel(false, 4, "a", "b", "<unk>");
    float[] before = row(to, "embedding.weight", 5);
    assertEquals(
        "taken for 5 of 6 entries; others start afresh", take(from, to).get("embedding.weight"));
    assertArrayEquals(before, row(to, "embedding.weight", 5));
    assertArrayEquals(row(from, "embedding.weight", 0), row(to, "embedding.weight", 0));
    Model again = languageModel(false, 5, "<unk>", "c");
    assertEquals(
        "taken for 4 of 5 entries; others start afresh", take(to, again).get("embedding.weight"));
    assertArrayEquals(before, row(again, "embedding.weight", 3));
  }

  private static Model model(String network, long seed, String symbols, String labels) {
    Job job =
        JobReader.read(
            "data { format = delimited, train = a, target.column = 1 }, training.epochs = 1, model"
                + " { topology = many-to-one, "
                + network
                + " }",
            "test.conf",
            List.of());
    List<String> tokens = new ArrayList<>(List.of("<unk>"));
    tokens.addAll(Arrays.asList(symbols.split("")));
    Vocabulary inputs = Vocabulary.of(Vocabulary.Kind.SYMBOLS, tokens);
    Vocabulary targets = Vocabulary.of(Vocabulary.Kind.LABELS, Arrays.asList(labels.split("")));
    InputCoding coding = InputCoding.of(inputs);
    Network network1 =
        new Network(
            job.model(),
            coding.shape(job.data()),
            Tasks.output(job, TargetCoding.of(targets)),
            new EjmlKernels());
    Parameters parameters = Parameters.initial(network1.parameters(), seed);
    return new Model(job, coding, TargetCoding.of(targets), parameters, Map.of());
  }

  private static final String LSTM = "layers = [ { cell = lstm, units = 3 } ]";

  private static Map<String, String> take(Model from, Model to) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (WarmStart.Entry entry : WarmStart.take(from, to)) {
      entries.put(entry.name(), entry.what());
    }
    return entries;
  }

  private static float[] row(Model model, String name, int row) {
    FMatrixRMaj matrix = model.parameters().get(name);
    return Arrays.copyOfRange(matrix.data, row * matrix.numCols, (row + 1) * matrix.numCols);
  }

  /** Of two classes only the positive one has a row, wherever it stands among the labels. */
  @Test
  void theSingleOutputOfTwoClassesIsThatOfTheSameClass() {
    String one = "output = sigmoid, sigmoid.labels = one, embedding = 2, ";
    Model from = model(one + LSTM, 1, "abc", "yx");
    Model to = model(one + LSTM, 2, "abc", "xy");
    assertEquals("taken", take(from, to).get("output.weight"));
    assertArrayEquals(row(from, "output.weight", 0), row(to, "output.weight", 0));
    Model other = model(one + "sigmoid.positive = x, " + LSTM, 3, "abc", "xy");
    float[] before = row(other, "output.weight", 0);
    take(from, other);
    assertArrayEquals(before, row(other, "output.weight", 0));
    Model many = model("output = sigmoid, embedding = 2, " + LSTM, 4, "abc", "xyz");
    take(from, many);
    assertArrayEquals(row(from, "output.weight", 0), row(many, "output.weight", 1));
  }

  @Test
  void theSameNetworkTakesEverything() {
    Model from = model("embedding = 2, " + LSTM, 1, "abc", "xy");
    Model to = model("embedding = 2, " + LSTM, 2, "abc", "xy");
    Map<String, String> entries = take(from, to);
    assertEquals(List.of("taken"), entries.values().stream().distinct().toList());
    for (int p = 0; p < to.parameters().count(); p++) {
      assertArrayEquals(from.parameters().get(p).data, to.parameters().get(p).data);
    }
  }

  @Test
  void symbolsAndLabelsAreMatchedByTheirText() {
    Model from = model("embedding = 2, " + LSTM, 1, "abcd", "xy");
    Model to = model("embedding = 2, " + LSTM, 2, "dzb", "yzx");
    Model fresh = model("embedding = 2, " + LSTM, 2, "dzb", "yzx");
    Map<String, String> entries = take(from, to);
    assertEquals("taken for 3 of 4 entries; others start afresh", entries.get("embedding.weight"));
    assertEquals("taken for 2 of 3 entries; others start afresh", entries.get("output.bias"));
    assertEquals("taken", entries.get("layers.0.weight_hh"));
    String table = "embedding.weight";
    assertArrayEquals(row(from, table, 0), row(to, table, 0), "unknown");
    assertArrayEquals(row(from, table, 4), row(to, table, 1), "d");
    assertArrayEquals(row(fresh, table, 2), row(to, table, 2), "z");
    assertArrayEquals(row(from, table, 2), row(to, table, 3), "b");
    assertArrayEquals(row(from, "output.weight", 1), row(to, "output.weight", 0), "y");
    assertArrayEquals(row(fresh, "output.weight", 1), row(to, "output.weight", 1), "z");
    assertArrayEquals(row(from, "output.weight", 0), row(to, "output.weight", 2), "x");
  }

  @Test
  void classesOfClustersAreMatchedByTheirText() {
    String adaptive = "output = adaptive-softmax, adaptive-softmax.cutoffs = [2, 4], ";
    Model from = model("embedding = 2, " + adaptive + LSTM, 1, "ab", "uvwxyz");
    Model to = model("embedding = 2, " + adaptive + LSTM, 2, "ab", "vuzwqyx");
    Model fresh = model("embedding = 2, " + adaptive + LSTM, 2, "ab", "vuzwqyx");
    Map<String, String> entries = take(from, to);
    assertEquals("taken", entries.get("output.head.weight"));
    assertEquals("taken", entries.get("output.tail.0.0.weight"));
    String head = "output.head.weight";
    assertArrayEquals(row(from, head, 1), row(to, head, 0), "v");
    assertArrayEquals(row(from, head, 0), row(to, head, 1), "u");
    assertArrayEquals(row(from, head, 2), row(to, head, 2), "the first cluster");
    assertArrayEquals(row(from, head, 3), row(to, head, 3), "the second cluster");
    String first = "output.tail.0.1.weight";
    assertArrayEquals(row(fresh, first, 0), row(to, first, 0), "z, once of another cluster");
    assertArrayEquals(row(from, first, 0), row(to, first, 1), "w");
    String second = "output.tail.1.1.weight";
    assertEquals("taken for 1 of 3 entries; others start afresh", entries.get(second));
    assertArrayEquals(row(from, second, 0), row(to, second, 1), "y");
  }

  @Test
  void oneHotSymbolsAreColumns() {
    Model from = model(LSTM, 1, "ab", "xy");
    Model to = model(LSTM, 2, "ba", "xy");
    take(from, to);
    FMatrixRMaj old = from.parameters().get("layers.0.weight_ih");
    FMatrixRMaj now = to.parameters().get("layers.0.weight_ih");
    for (int r = 0; r < 12; r++) {
      assertEquals(old.get(r, 0), now.get(r, 0));
      assertEquals(old.get(r, 1), now.get(r, 2));
      assertEquals(old.get(r, 2), now.get(r, 1));
    }
  }

  @Test
  void whatDiffersIsExplained() {
    Model from = model("embedding = 2, dense = [ { units = 3 } ], " + LSTM, 1, "ab", "xy");
    Model to =
        model(
            "embedding = 2, layers = [ { cell = lstm, units = 3 }, { cell = gru, units = 3 } ]",
            2,
            "ab",
            "xy");
    Map<String, String> entries = take(from, to);
    assertEquals("not in the other model: starts afresh", entries.get("layers.1.weight_ih"));
    assertEquals("only in the other model: left out", entries.get("dense.0.weight"));
    Model wider = model("embedding = 4, layers = [ { cell = lstm, units = 3 } ]", 2, "ab", "xy");
    entries = take(from, wider);
    assertEquals(
        "12 × 4 here, 12 × 2 in the other model: starts afresh", entries.get("layers.0.weight_ih"));
    assertEquals(
        "3 × 4 here, 3 × 2 in the other model: starts afresh", entries.get("embedding.weight"));
    Model oneHot = model(LSTM, 2, "a", "xy");
    assertEquals(
        "12 × 2 here, 12 × 2 in the other model: starts afresh",
        take(from, oneHot).get("layers.0.weight_ih"));
  }

  @Test
  void aModelWithNothingInCommonIsRefused() {
    Model from = model("layers = [ { cell = gru, units = 5 } ]", 1, "ab", "xy");
    Model to = model("layers = [ { cell = lstm, units = 3 } ]", 2, "cd", "zw");
    StoreException refused = assertThrows(StoreException.class, () -> WarmStart.take(from, to));
    assertTrue(refused.getMessage().contains("model.initial must have"), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cell = gru, reset = after | cell = gru | reset = after (here before)",
        "cell = lstm | cell = lstm, gates-read = cell | gates-read = activation (here cell)",
        "cell = rnn | cell = rnn, activation = relu | activation = tanh (here relu)",
        "cell = lstm, output-activation = identity | cell = lstm"
            + " | output-activation = identity (here tanh)",
        "cell = gru | cell = gru, normalization = layer | normalization = none (here layer)",
      })
  void weightsOfAnotherKindOfCellAreTakenWithANote(String before, String now, String note) {
    Model from = model("layers = [ { units = 3, " + before + " } ]", 1, "ab", "xy");
    Model to = model("layers = [ { units = 3, " + now + " } ]", 2, "ab", "xy");
    Map<String, String> entries = take(from, to);
    String expected = "taken; note: from a layer with " + note;
    assertEquals(expected, entries.get("layers.0.weight_hh"));
    assertEquals(expected, entries.get("layers.0.weight_ih"));
    assertEquals("taken", entries.get("output.weight"));
    assertArrayEquals(
        from.parameters().get("layers.0.weight_hh").data,
        to.parameters().get("layers.0.weight_hh").data);
  }

  @Test
  void anotherCellOfTheSameShapeAndAnotherDenseLayerAreNoted() {
    String dense = "embedding = 2, dense = [ { units = 5, activation = ";
    Model from = model(dense + "tanh } ], layers = [ { cell = lstm, units = 3 } ]", 1, "ab", "xy");
    Model to = model(dense + "relu } ], layers = [ { cell = gru, units = 4 } ]", 2, "ab", "xy");
    Map<String, String> entries = take(from, to);
    assertEquals(
        "taken; note: from a layer with cell = lstm (here gru)", entries.get("layers.0.weight_ih"));
    assertEquals(
        "taken; note: from a layer with activation = tanh (here relu)",
        entries.get("dense.0.bias"));
    assertEquals(
        "5 × 4 here, 5 × 3 in the other model: starts afresh", entries.get("dense.0.weight"));
  }
}
