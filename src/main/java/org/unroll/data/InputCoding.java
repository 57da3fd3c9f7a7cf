package org.unroll.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Field;
import org.unroll.config.DataConfig.Tokens;
import org.unroll.config.Problem;
import org.unroll.hash.Hash;
import org.unroll.text.Counts;

/**
 * How the input becomes numbers; part of a model.
 *
 * @param vocabularies of the fields of symbols, in the order of {@link DataConfig#inputs()}
 * @param scaler of the real values of all fields together
 * @param characters of the first field's words; null if they are not read
 * @param columns fields that a delimited row had where columns are given by number, since the same
 *     numbers must mean the same columns; 0 if rows name their fields
 */
public record InputCoding(
    List<Vocabulary> vocabularies, FeatureScaler scaler, Vocabulary characters, int columns)
    implements Serializable {
  public InputCoding {
    vocabularies = List.copyOf(vocabularies);
  }

  /** Of rows that name their fields. */
  public InputCoding(List<Vocabulary> vocabularies, FeatureScaler scaler, Vocabulary characters) {
    this(vocabularies, scaler, characters, 0);
  }

  /** Without characters. */
  public InputCoding(List<Vocabulary> vocabularies, FeatureScaler scaler) {
    this(vocabularies, scaler, null);
  }

  /** The same for delimited rows of so many fields; 0 if rows name them. */
  public InputCoding ofColumns(int count) {
    return new InputCoding(vocabularies, scaler, characters, count);
  }

  /** Symbols alone. */
  public static InputCoding of(Vocabulary symbols) {
    return new InputCoding(List.of(symbols), FeatureScaler.none(0));
  }

  /** Real values per step that a job reads. */
  public static int features(DataConfig data) {
    return data.inputs().stream().mapToInt(Field::width).sum();
  }

  /**
   * The scaler of a job's real values.
   *
   * @param moments of the training data
   * @param taken scaling that is taken over from a trained model, by the key of its input
   */
  public static FeatureScaler scaler(
      DataConfig data, FeatureMoments moments, Map<String, FeatureScaler> taken) {
    int features = features(data);
    double[] mean = new double[features];
    double[] deviation = new double[features];
    int feature = 0;
    for (int input = 0; input < data.inputs().size(); input++) {
      Field field = data.inputs().get(input);
      FeatureScaler other = taken.get(Columns.key(input));
      for (int i = 0; i < field.width(); i++, feature++) {
        if (other != null) {
          mean[feature] = other.mean(i);
          deviation[feature] = other.deviation(i);
        } else {
          mean[feature] = field.standardize() ? moments.mean(feature) : 0;
          deviation[feature] = field.standardize() ? moments.deviation(feature) : 1;
        }
      }
    }
    return new FeatureScaler(mean, deviation);
  }

  /**
   * What should be looked at in a job's input.
   *
   * @param moments of the training data; of nothing if there are none
   * @param taken scaling that is taken over from a trained model, by the key of its input
   */
  public static List<Problem> doubts(
      DataConfig data, FeatureMoments moments, Map<String, FeatureScaler> taken) {
    if (moments.steps() == 0) {
      return List.of();
    }
    List<Problem> doubts = new ArrayList<>(WeakFeatures.of(data, moments));
    doubts.addAll(ForeignFeatures.of(data, moments, taken));
    return doubts;
  }

  /** Fields of symbols that a job reads. */
  public static List<Field> symbols(DataConfig data) {
    return data.inputs().stream().filter(field -> field.tokens() != Tokens.FEATURES).toList();
  }

  /** Vocabulary of the first field of symbols; null if there is none. */
  public Vocabulary first() {
    return vocabularies.isEmpty() ? null : vocabularies.get(0);
  }

  /** What a step gives to the network. */
  public InputShape shape(DataConfig data) {
    List<Integer> sizes = vocabularies.stream().map(Vocabulary::size).toList();
    return shape(data, sizes, characters == null ? 0 : characters.size());
  }

  /**
   * What a step of a job gives, if every vocabulary had so many symbols.
   *
   * @param characters whether words are read by their characters, too
   */
  public static InputShape shape(DataConfig data, int symbols, boolean characters) {
    List<Integer> sizes = Collections.nCopies(symbols(data).size(), symbols);
    return shape(data, sizes, characters ? symbols : 0);
  }

  private static InputShape shape(DataConfig data, List<Integer> sizes, int characters) {
    List<Field> fields = symbols(data);
    List<InputShape.Symbols> symbols = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      symbols.add(new InputShape.Symbols(field.name(), sizes.get(i), field.embedding()));
    }
    return new InputShape(symbols, features(data), characters);
  }

  /** A hash of the symbols and of the scaling. */
  public long fingerprint() {
    if (vocabularies.size() == 1 && scaler.features() == 0 && characters == null) {
      return first().fingerprint();
    }
    long hash = scaler.fingerprint();
    for (Vocabulary vocabulary : vocabularies) {
      hash = Hash.with(hash, vocabulary.fingerprint());
    }
    if (characters != null) {
      hash = Hash.with(hash, characters.fingerprint());
    }
    return hash;
  }

  /** Such as {@code 1,000 symbols} or {@code 1,000 + 40 symbols + 13 features}. */
  public String describe() {
    int last = vocabularies.isEmpty() ? 0 : vocabularies.get(vocabularies.size() - 1).size();
    StringJoiner symbols = new StringJoiner(" + ", "", " " + Counts.noun(last, "symbol"));
    vocabularies.forEach(each -> symbols.add(String.format(Locale.ROOT, "%,d", each.size())));
    String features = Counts.of(scaler.features(), "feature");
    return vocabularies.isEmpty()
        ? features
        : symbols
            + (characters == null ? "" : ", " + Counts.of(characters.size(), "character"))
            + (scaler.features() == 0 ? "" : " + " + features);
  }
}
