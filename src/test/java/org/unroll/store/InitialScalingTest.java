package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.FeatureScaler;
import org.unroll.data.InputCoding;
import org.unroll.data.TargetCoding;
import org.unroll.data.Vocabulary;
import org.unroll.nn.Network;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.tensor.Parameters;

class InitialScalingTest {
  private static final String LSTM = "layers = [ { cell = lstm, units = 3 } ]";
  private static final String FEATURES = "input { tokens = features, column = x, width = 2 }";
  private static final String FIELDS =
      """
      input { tokens = words, column = w }
      fields = [
        { name = pitch, column = p, tokens = features, width = 1 }
        { name = beat, column = b, tokens = features, width = 2 }
      ]\
      """;

  private static Job job(String data, String model) {
    return JobReader.read(
        """
        data { format = json, train = a, target.column = y, %s }
        model { topology = many-to-one, %s }
        training.epochs = 1
        """
            .formatted(data, model),
        "test.conf",
        List.of());
  }

  /** A model whose i-th feature has mean i and deviation i². */
  private static Model model(Job job) {
    List<Vocabulary> vocabularies = new ArrayList<>();
    InputCoding.symbols(job.data())
        .forEach(
            field ->
                vocabularies.add(
                    Vocabulary.of(Vocabulary.Kind.SYMBOLS, List.of("<unk>", "a", "b"))));
    double[] mean = new double[InputCoding.features(job.data())];
    double[] deviation = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = i;
      deviation[i] = i * i;
    }
    InputCoding inputs = new InputCoding(vocabularies, new FeatureScaler(mean, deviation));
    Vocabulary targets = Vocabulary.of(Vocabulary.Kind.LABELS, List.of("x", "y"));
    Parameters parameters =
        Parameters.initial(
            Network.parameters(
                job.model(), inputs.shape(job.data()), SoftmaxSpec.of(targets.size())),
            1);
    return new Model(job, inputs, TargetCoding.of(targets), parameters, Map.of());
  }

  private static FeatureScaler scaler(double... meansAndDeviations) {
    int features = meansAndDeviations.length / 2;
    double[] mean = new double[features];
    double[] deviation = new double[features];
    for (int i = 0; i < features; i++) {
      mean[i] = meansAndDeviations[2 * i];
      deviation[i] = meansAndDeviations[2 * i + 1];
    }
    return new FeatureScaler(mean, deviation);
  }

  /** What the table of a warm start says of scaling. */
  private static Map<String, String> entries(Job from, Job to) {
    Map<String, String> entries = new LinkedHashMap<>();
    Map<String, FeatureScaler> taken = InitialScaling.taken(model(from), to);
    for (WarmStart.Entry entry : WarmStart.take(model(from), model(to))) {
      if (entry.name().startsWith("scaling of ")) {
        String key = entry.name().substring("scaling of ".length());
        entries.put(key, entry.what());
        assertEquals(entry.taken(), taken.containsKey(key), key);
      }
    }
    return entries;
  }

  @Test
  void itIsTakenOverWithTheLayerThatReadsIt() {
    Job job = job(FEATURES, LSTM);
    assertEquals(Map.of("data.input", scaler(0, 0, 1, 1)), InitialScaling.taken(model(job), job));
    assertEquals(
        Map.of("data.input", "taken; 1 feature never changed there and is 0 here, too"),
        entries(job, job));
    Job frozen = job(FEATURES, LSTM + ", freeze = [layers.0]");
    assertTrue(entries(job, frozen).get("data.input").startsWith("taken"));
    Job wider = job(FEATURES, "layers = [ { cell = lstm, units = 4 } ], dense = []");
    assertEquals(Map.of(), InitialScaling.taken(model(job), wider));
    // One direction reads what it always read.
    Job both = job(FEATURES, "layers = [ { cell = lstm, units = 3, bidirectional = true } ]");
    assertTrue(entries(job, both).get("data.input").startsWith("taken"));
  }

  @Test
  void whatIsNotTakenIsSaidWithTheReason() {
    Job job = job(FEATURES, LSTM + ", dense = [ { units = 5 } ]");
    Job other = job(FEATURES, "layers = [ { cell = gru, units = 3 } ], dense = [ { units = 5 } ]");
    Map<String, String> bias = new LinkedHashMap<>();
    bias.put("data.input", "layers.0 starts afresh: measured anew");
    assertEquals(bias, entries(job, other));
    Job width = job(FEATURES.replace("2", "3"), LSTM + ", dense = [ { units = 5 } ]");
    assertEquals(
        Map.of("data.input", "3 features here, 2 in the other model: measured anew"),
        entries(job, width));
    Job raw = job(FEATURES.replace("2", "2, standardize = false"), LSTM);
    assertEquals(
        Map.of(
            "data.input",
            "standardize = false here, true in the other model: read as they are, which is not"
                + " what layers.0 has learned"),
        entries(job, raw));
    assertEquals(
        Map.of(
            "data.input",
            "standardize = true here, false in the other model: measured anew, which is not what"
                + " layers.0 has learned"),
        entries(raw, job));
  }

  @Test
  void eachInputHasItsOwn() {
    Job job = job(FIELDS, "embedding = 4, " + LSTM);
    assertEquals(
        Map.of("data.fields.0", scaler(0, 0), "data.fields.1", scaler(1, 1, 2, 4)),
        InitialScaling.taken(model(job), job));
    // The same columns in another order: the weights of one would be those of the other.
    String[] lines = FIELDS.split("\n");
    Job turned =
        job(
            String.join("\n", lines[0], lines[1], lines[3], lines[2], lines[4]),
            "embedding = 4, " + LSTM);
    assertEquals(
        Map.of(
            "data.fields.0",
            "behind other inputs in the other model: measured anew",
            "data.fields.1",
            "behind other inputs in the other model: measured anew"),
        entries(job, turned));
    Job renamed = job(FIELDS.replace("pitch", "tone"), "embedding = 4, " + LSTM);
    assertEquals(
        "not in the other model: measured anew", entries(job, renamed).get("data.fields.0"));
    assertTrue(entries(job, renamed).get("data.fields.1").startsWith("taken"));
  }

  @Test
  void numbersSurviveToTheLastBit() {
    FeatureScaler scaler = scaler(1.0 / 3, 5e-324, -1.7e9 - 0.1, 1e300);
    Map<?, ?> json = (Map<?, ?>) Json.parse(JsonText.line(ScalerJson.write(scaler)), "x");
    assertEquals(scaler, ScalerJson.read(json, 2, "x"));
    String message =
        assertThrows(StoreException.class, () -> ScalerJson.read(json, 3, "run.json")).getMessage();
    assertTrue(message.contains("mean must be a list of 3 numbers"), message);
  }
}
