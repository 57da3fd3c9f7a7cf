package org.unroll.twin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.unroll.config.DenseConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.Targets;

/**
 * What PyTorch computes in double precision for one network on a few sequences; written by {@code
 * src/test/fixtures/make_fixtures.py}.
 *
 * @param parameters exact in single precision
 * @param logits per sequence, per target, per class; with running moments, as in evaluation
 * @param loss summed over all targets
 * @param weight number of targets
 * @param gradients of {@code loss / weight}; zero where a parameter is not trained
 * @param adam the steps between {@code parameters} and {@code trained}
 * @param trained the parameters after those steps on the same sequences
 */
public record Fixture(
    String name,
    TwinModel model,
    List<Example> examples,
    Map<String, double[][]> parameters,
    List<double[][]> logits,
    double loss,
    double weight,
    Map<String, double[][]> gradients,
    Adam adam,
    Map<String, double[][]> trained) {

  /**
   * Adam with β 0.9 and 0.999 and ε 1e-8.
   *
   * @param clipNorm limit of the gradient's global norm; 0 for none
   */
  public record Adam(double learningRate, int steps, double clipNorm) {}

  @Override
  public String toString() {
    return name;
  }

  /** All fixtures, by file name. */
  public static List<Fixture> all() {
    URL directory = Fixture.class.getResource("/fixtures");
    try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Fixture::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Fixture read(Path file) {
    try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
      parser.nextToken();
      return of(object(value(parser)));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " must be a fixture as make_fixtures.py writes it", e);
    }
  }

  private static Fixture of(Map<String, Object> json) {
    Map<String, Object> adam = object(json.get("adam"));
    List<Example> examples = new ArrayList<>();
    for (Object sequence : list(json.get("sequences"))) {
      Map<String, Object> arrays = object(sequence);
      int[] targets = integers(arrays.get("targets"));
      double[][] features =
          arrays.containsKey("features") ? matrix(arrays.get("features")) : new double[0][];
      double[][] inputs =
          arrays.containsKey("inputs") ? matrix(arrays.get("inputs")) : new double[0][];
      int steps = Math.max(features.length, inputs.length);
      float[] values = new float[features.length == 0 ? 0 : steps * features[0].length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) features[i * steps / values.length][i % features[0].length];
      }
      int[] symbols =
          Arrays.stream(inputs).flatMapToDouble(Arrays::stream).mapToInt(v -> (int) v).toArray();
      List<Object> words =
          arrays.containsKey("characters") ? list(arrays.get("characters")) : List.of();
      int[] wordEnds = new int[words.size()];
      for (int t = 0; t < wordEnds.length; t++) {
        wordEnds[t] = (t == 0 ? 0 : wordEnds[t - 1]) + list(words.get(t)).size();
      }
      int[] characters =
          words.stream()
              .flatMap(word -> list(word).stream())
              .mapToInt(c -> (int) number(c))
              .toArray();
      examples.add(
          new Example(
              examples.size(),
              steps,
              symbols,
              values,
              characters,
              wordEnds,
              new Targets.Classes(targets),
              1));
    }
    return new Fixture(
        (String) json.get("name"),
        model(object(json.get("model"))),
        examples,
        matrices(json.get("parameters")),
        list(json.get("logits")).stream().map(Fixture::matrix).toList(),
        number(json.get("loss")),
        number(json.get("weight")),
        matrices(json.get("gradients")),
        new Adam(
            number(adam.get("learning-rate")),
            (int) number(adam.get("steps")),
            number(adam.get("clip-norm"))),
        matrices(json.get("trained")));
  }

  private static TwinModel model(Map<String, Object> json) {
    return new TwinModel(
        constant(Topology.class, json.get("topology")),
        (int) number(json.get("embedding")),
        list(json.getOrDefault("fields", List.of())).stream().map(f -> (int) number(f)).toList(),
        (int) number(json.getOrDefault("features", 0)),
        (Boolean) json.getOrDefault("tie-embeddings", false),
        json.containsKey("characters") ? characters(object(json.get("characters"))) : null,
        list(json.get("layers")).stream().map(l -> layer(object(l))).toList(),
        constant(TwinPooling.class, json.getOrDefault("pooling", "last")),
        list(json.get("dense")).stream().map(d -> dense(object(d))).toList(),
        json.containsKey("adaptive-softmax")
            ? adaptive(object(json.get("adaptive-softmax")))
            : TwinOutput.SOFTMAX);
  }

  private static TwinOutput adaptive(Map<String, Object> json) {
    List<Integer> cutoffs = Arrays.stream(integers(json.get("cutoffs"))).boxed().toList();
    return new TwinAdaptiveSoftmax(cutoffs, number(json.get("factor")));
  }

  private static TwinModel.Characters characters(Map<String, Object> json) {
    return new TwinModel.Characters(
        (int) number(json.get("embedding")),
        list(json.get("layers")).stream().map(l -> layer(object(l))).toList());
  }

  private static TwinModel.Layer layer(Map<String, Object> json) {
    String kind = (String) json.get("cell");
    TwinCell cell =
        switch (kind) {
          case "rnn" -> new TwinRnn(constant(TwinRnn.Activation.class, json.get("activation")));
          case "gru" -> new TwinGru(constant(TwinGru.Reset.class, json.get("reset")));
          case "lstm" ->
              new TwinLstm(
                  constant(TwinLstm.GatesRead.class, json.get("gates-read")),
                  constant(TwinLstm.Output.class, json.get("output-activation")));
          default -> throw new IllegalArgumentException("a cell is rnn, gru or lstm, got " + kind);
        };
    return new TwinModel.Layer(
        cell,
        (int) number(json.get("units")),
        (Boolean) json.get("bidirectional"),
        constant(TwinNorm.class, json.get("normalization")),
        (Boolean) json.getOrDefault("residual", false));
  }

  private static DenseConfig dense(Map<String, Object> json) {
    return new DenseConfig(
        (int) number(json.get("units")),
        constant(DenseConfig.Activation.class, json.get("activation")),
        0);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, Object text) {
    return Enum.valueOf(type, ((String) text).toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static Map<String, double[][]> matrices(Object json) {
    Map<String, double[][]> matrices = new LinkedHashMap<>();
    object(json).forEach((name, rows) -> matrices.put(name, matrix(rows)));
    return matrices;
  }

  /** Rows; a number stands for a row of one. */
  private static double[][] matrix(Object rows) {
    return list(rows).stream()
        .map(row -> row instanceof List<?> ? list(row) : List.of(row))
        .map(row -> row.stream().mapToDouble(Fixture::number).toArray())
        .toArray(double[][]::new);
  }

  private static int[] integers(Object json) {
    return Arrays.stream(list(json).toArray()).mapToInt(v -> (int) number(v)).toArray();
  }

  private static double number(Object json) {
    return ((Number) json).doubleValue();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object json) {
    return (Map<String, Object>) json;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object json) {
    return (List<Object>) json;
  }

  /** The value at the parser's token: Map, List, String, Boolean or Double. */
  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          object.put(key, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_NULL, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IOException("unexpected " + parser.currentToken());
    };
  }
}
