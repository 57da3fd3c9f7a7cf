package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.unroll.config.DataConfig;
import org.unroll.config.JobReader;
import org.unroll.config.Problem;

class WeakFeaturesTest {
  private static DataConfig data(int width, boolean standardize) {
    return JobReader.read(
            """
            data { format = json, train = a, target.column = y
              input { column = words, tokens = words }
              fields = [ { name = pitch, column = p, tokens = features, width = %d,
                standardize = %b } ] }
            training.epochs = 1
            model { topology = many-to-one, embedding = 1, layers = [ { cell = rnn, units = 1 } ] }
            """
                .formatted(width, standardize),
            "test.conf",
            List.of())
        .data();
  }

  private static List<String> of(boolean standardize, int width, double... values) {
    FeatureMoments moments = new FeatureMoments(width);
    moments.add(values);
    return InputCoding.doubts(data(width, standardize), moments, Map.of()).stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void whatNeverChangesIsTold() {
    assertEquals(
        List.of(
            "every feature should change in data.train, got feature 1 (mean 5.0, deviation 0.0),"
                + " counted from 0, which never changes (data.fields.0): what never changes"
                + " tells nothing; leave it out, or check data.fields.0.column"),
        of(true, 2, 1, 5, 2, 5));
    assertEquals(of(true, 2, 1, 5, 2, 5), of(false, 2, 1, 5, 2, 5));
    String many = of(true, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).get(0);
    assertTrue(many.contains("feature 4 (mean 0.0, deviation 0.0) and 2 more, counted"));
  }

  @Test
  void whatPrecisionRoundsAwayIsTold() {
    double[] times = {1_700_000_000, 1_700_000_030};
    assertEquals(List.of(), of(true, 1, times));
    String single = of(false, 1, times).get(0);
    assertTrue(single.contains("more than single precision rounds it"), single);
    assertTrue(single.contains("(mean 1.700000015E9, deviation 15.0)"), single);
    assertTrue(single.endsWith("set data.fields.0.standardize = true"), single);
    String twice = of(true, 1, 1.7e18, 1.7e18 + 512).get(0);
    assertTrue(twice.contains("more than double precision rounds it"), twice);
    assertTrue(twice.contains("take a constant off its values"), twice);
  }

  /** Scaling that is taken over from a model would make them something else to it. */
  @Test
  void whatIsFarFromTheModelsFeaturesIsTold() {
    FeatureMoments moments = new FeatureMoments(2);
    moments.add(new double[] {1, 100, 3, 300});
    FeatureScaler near = new FeatureScaler(new double[] {3, 300}, new double[] {0.5, 70});
    FeatureScaler other = new FeatureScaler(new double[] {3, 200}, new double[] {0, 5});
    DataConfig data = data(2, true);
    assertEquals(List.of(), InputCoding.doubts(data, moments, Map.of("data.fields.0", near)));
    assertEquals(
        List.of(
            "features should be like those that model.initial was trained on, whose scaling is"
                + " kept, got feature 0 (mean 2.0, deviation 1.0; there 3.0 and 0.0), feature 1"
                + " (mean 200.0, deviation 100.0; there 200.0 and 5.0), counted from 0"
                + " (data.fields.0): check their order and units, or train without model.initial"),
        InputCoding.doubts(data, moments, Map.of("data.fields.0", other)).stream()
            .map(Problem::toString)
            .toList());
    FeatureScaler scaler = InputCoding.scaler(data, moments, Map.of("data.fields.0", near));
    assertEquals(near, scaler);
    assertEquals(2, InputCoding.scaler(data, moments, Map.of()).mean(0));
  }

  @Test
  void ordinaryFeaturesAreLeftAlone() {
    assertEquals(List.of(), of(false, 1, 20.1, 20.2, 20.4));
    assertEquals(List.of(), of(false, 1, 0, 1));
    assertEquals(List.of(), of(true, 1, 0, 1e-300));
    assertEquals(List.of(), InputCoding.doubts(data(1, true), new FeatureMoments(1), Map.of()));
  }
}
