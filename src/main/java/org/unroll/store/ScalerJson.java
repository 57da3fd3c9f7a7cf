package org.unroll.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.unroll.data.FeatureScaler;
import org.unroll.text.Counts;

/** Means and deviations of features as JSON, to the last bit. */
public final class ScalerJson {
  private static final String MEAN = "mean";
  private static final String DEVIATION = "deviation";

  private ScalerJson() {}

  /** The object that {@link #read} reads. */
  public static Map<String, Object> write(FeatureScaler scaler) {
    List<Object> mean = new ArrayList<>();
    List<Object> deviation = new ArrayList<>();
    for (int i = 0; i < scaler.features(); i++) {
      mean.add(scaler.mean(i));
      deviation.add(scaler.deviation(i));
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put(MEAN, mean);
    object.put(DEVIATION, deviation);
    return object;
  }

  /**
   * Reads an object.
   *
   * @param features how many there must be
   * @param place of the object, for messages
   * @throws StoreException if it holds anything else
   */
  public static FeatureScaler read(Map<?, ?> object, int features, String place) {
    try {
      return new FeatureScaler(
          numbers(object, MEAN, features, place), numbers(object, DEVIATION, features, place));
    } catch (IllegalArgumentException e) {
      throw new StoreException(e.getMessage() + " (" + place + "): " + ModelDirectory.CHANGED, e);
    }
  }

  private static double[] numbers(Map<?, ?> object, String key, int count, String place) {
    if (!(object.get(key) instanceof List<?> list)
        || list.size() != count
        || !list.stream().allMatch(Number.class::isInstance)) {
      throw StoreException.of(
          key
              + " must be a list of "
              + Counts.of(count, "number")
              + ", one for each feature of the job",
          object.get(key) instanceof List<?> list
              ? Counts.of(list.size(), "value")
              : object.get(key),
          place,
          ModelDirectory.CHANGED);
    }
    return list.stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
  }
}
