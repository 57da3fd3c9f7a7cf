package org.unroll.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.unroll.config.DataConfig.Field;
import org.unroll.config.Job;
import org.unroll.config.JobException;
import org.unroll.config.JobReader;
import org.unroll.config.TargetType;
import org.unroll.data.FeatureScaler;
import org.unroll.data.InputCoding;
import org.unroll.data.Role;
import org.unroll.data.SequenceShape;
import org.unroll.data.TargetCoding;
import org.unroll.data.Tokenizer;
import org.unroll.data.Vocabulary;
import org.unroll.nn.Network;
import org.unroll.task.Tasks;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.text.Counts;

/**
 * A model on disk, in the manner of Hugging Face: {@code config.json}, {@code model.safetensors},
 * vocabularies as text. Weights have PyTorch's names and layout.
 */
public final class ModelDirectory {
  /** The format this release writes, and the newest it reads. */
  public static final long FORMAT_VERSION = 1;

  /** The weights. */
  public static final String WEIGHTS = "model.safetensors";

  static final String CONFIG = "config.json";
  private static final String VOCABULARY = "vocabulary.txt";
  private static final String INPUTS = "inputs";
  private static final String CHARACTERS = "characters";
  private static final String CHARACTER_FILE = "characters.txt";
  private static final String FIELDS = "fields";
  private static final String FEATURES = "features";
  private static final String LABELS = "labels.txt";
  private static final String COLUMNS = "columns";
  private static final String TARGETS = "targets";
  private static final String TARGET_SCALING = "target-scaling";
  private static final String HASHES = "sha256";
  static final String CHANGED = "the file was not written by this program, or was changed";

  private ModelDirectory() {}

  /**
   * Replaces a model by another as a whole: whenever this process is killed, {@link #read} finds
   * the old one or the new one, complete.
   *
   * @param directory the model's; all that it holds is replaced
   * @throws StoreException if it cannot be written; the old one is then untouched
   */
  public static void replace(Directory directory, Model model) {
    DirectorySwap.replace(directory, CONFIG, beside -> write(beside, model));
  }

  /**
   * Writes a model; {@code config.json} last, so that a directory with one is complete.
   *
   * @throws StoreException if it cannot be written
   */
  public static void write(Directory directory, Model model) {
    directory.create();
    Map<String, Object> hashes = new LinkedHashMap<>();
    hashes.put(WEIGHTS, ModelTensors.of(model.parameters()).write(directory, WEIGHTS));
    List<Field> fields = InputCoding.symbols(model.job().data());
    for (int i = 0; i < fields.size(); i++) {
      Vocabulary symbols = model.inputs().vocabularies().get(i);
      String file = vocabularyFile(fields.get(i));
      hashes.put(file, VocabularyFile.write(directory, file, symbols));
    }
    Vocabulary names = model.targets().names();
    boolean labels = !model.isLanguageModel();
    if (labels && names.size() > 0) {
      hashes.put(LABELS, VocabularyFile.write(directory, LABELS, names));
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("format-version", FORMAT_VERSION);
    config.put("name", model.job().name());
    config.put("weights", WEIGHTS);
    List<Object> more = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      Map<String, Object> entry = new LinkedHashMap<>();
      Tokenizer tokenizer = Tokenizer.of(fields.get(i).tokens(), fields.get(i).lowercase());
      entry.put(
          "tokenizer",
          mapOf(
              "name", tokenizer.name(),
              "lowercase", tokenizer.lowercase(),
              "normal-form", Tokenizer.NORMAL_FORM));
      String file = vocabularyFile(fields.get(i));
      entry.put(INPUTS, vocabulary(file, model.inputs().vocabularies().get(i)));
      if (fields.get(i).name().isEmpty()) {
        config.putAll(entry);
      } else {
        entry.put("name", fields.get(i).name());
        more.add(entry);
      }
    }
    if (model.inputs().characters() != null) {
      hashes.put(
          CHARACTER_FILE,
          VocabularyFile.write(directory, CHARACTER_FILE, model.inputs().characters()));
      config.put(CHARACTERS, vocabulary(CHARACTER_FILE, model.inputs().characters()));
    }
    if (!more.isEmpty()) {
      config.put(FIELDS, more);
    }
    if (model.inputs().columns() > 0) {
      config.put(COLUMNS, (long) model.inputs().columns());
    }
    if (model.inputs().scaler().features() > 0) {
      config.put(FEATURES, ScalerJson.write(model.inputs().scaler()));
    }
    if (names.size() > 0) {
      Map<String, Object> targets = vocabulary(labels ? LABELS : VOCABULARY, names);
      if (model.job().model().predicted().isText()) {
        // The output behind those of the symbols.
        targets.put("blank", (long) names.size());
      }
      config.put(TARGETS, targets);
    }
    if (model.targets().scaler().features() > 0) {
      config.put(TARGET_SCALING, ScalerJson.write(model.targets().scaler()));
    }
    config.put(HASHES, hashes);
    config.put("training", model.training());
    config.put("job", Json.parse(model.job().toJson(), "the resolved job"));
    Json.write(directory, CONFIG, config);
  }

  /** Vocabulary of a field, a file of its own. */
  private static String vocabularyFile(Field field) {
    return field.name().isEmpty() ? VOCABULARY : "vocabulary-" + field.name() + ".txt";
  }

  private static FeatureScaler readFeatures(Map<String, Object> config, Job job, String place) {
    int features = InputCoding.features(job.data());
    return features == 0
        ? FeatureScaler.none(0)
        : ScalerJson.read(asMap(field(config, FEATURES, Map.class, place)), features, place);
  }

  private static FeatureScaler readTargetScaling(
      Map<String, Object> config, Job job, String place) {
    int width = job.data().target().width();
    return ScalerJson.read(asMap(field(config, TARGET_SCALING, Map.class, place)), width, place);
  }

  private static InputCoding readInputs(
      Directory directory, Map<String, Object> config, Job job, SequenceShape shape) {
    String place = directory.location(CONFIG);
    List<Vocabulary> vocabularies = new ArrayList<>();
    int further = 0;
    for (Field field : InputCoding.symbols(job.data())) {
      Map<String, Object> entry = config;
      if (!field.name().isEmpty()) {
        List<?> all = field(config, FIELDS, List.class, place);
        if (further >= all.size() || !(all.get(further) instanceof Map<?, ?> found)) {
          throw StoreException.of(
              FIELDS + " must have an entry for '" + field.name() + "'", all, place, CHANGED);
        }
        entry = asMap(found);
        further++;
      }
      vocabularies.add(readVocabulary(directory, entry, INPUTS, shape.inputs()));
    }
    Vocabulary characters =
        job.model().characters().isUsed()
            ? readVocabulary(directory, config, CHARACTERS, Vocabulary.Kind.SYMBOLS)
            : null;
    // Models of earlier releases do not say.
    int columns =
        config.containsKey(COLUMNS)
            ? Math.toIntExact(field(config, COLUMNS, Long.class, place))
            : 0;
    return new InputCoding(vocabularies, readFeatures(config, job, place), characters, columns);
  }

  private static Map<String, Object> vocabulary(String file, Vocabulary vocabulary) {
    return mapOf("file", file, "size", (long) vocabulary.size(), "kind", name(vocabulary.kind()));
  }

  private static String name(Vocabulary.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> mapOf(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /**
   * Reads a model and checks it whole. It may be replaced by {@link #replace} meanwhile.
   *
   * @param directory the model's, or that of the run which made it
   * @throws StoreException if something is missing, damaged, was edited, or does not fit together
   */
  public static Model read(Directory directory) {
    return read(directory, EditedFile.REFUSED);
  }

  /**
   * As {@link #read(Directory)}.
   *
   * @param edited what to do with files that are not those which were written with {@code
   *     config.json}
   */
  public static Model read(Directory directory, EditedFile edited) {
    return DirectorySwap.read(() -> find(directory), CONFIG, found -> readWhole(found, edited));
  }

  /** Where the model is, given its place or that of its run. */
  private static Directory find(Directory directory) {
    Directory own = DirectorySwap.find(directory, CONFIG);
    if (own.exists(CONFIG)) {
      return own;
    }
    Directory ofRun = DirectorySwap.find(directory.child("model"), CONFIG);
    return ofRun.exists(CONFIG) ? ofRun : directory;
  }

  /** Whether the files that every model has are in its directory. */
  public static boolean isThere(Directory directory) {
    Directory found = DirectorySwap.find(directory, CONFIG);
    return found.exists(CONFIG) && found.exists(WEIGHTS);
  }

  /**
   * How the model in a directory was trained, as in {@link Model#training}; empty if there is none
   * that can be read.
   *
   * @param directory the model's
   */
  public static Map<String, Object> training(Directory directory) {
    Directory found = DirectorySwap.find(directory, CONFIG);
    try {
      return found.exists(CONFIG)
          ? asMap(
              field(Json.readObject(found, CONFIG), "training", Map.class, found.location(CONFIG)))
          : Map.of();
    } catch (StoreException e) {
      return Map.of();
    }
  }

  private static Model readWhole(Directory directory, EditedFile edited) {
    String place = directory.location(CONFIG);
    if (!directory.exists(CONFIG)) {
      throw StoreException.of(
          "a model directory must hold " + CONFIG,
          "none",
          directory.location(),
          "give the model/ directory of a run, which has one from its first validation on");
    }
    Map<String, Object> config = Json.readObject(directory, CONFIG);
    checkVersion(config, place);
    Job job = job(config, place);
    SequenceShape shape = SequenceShape.of(job.data(), job.model().predicted(), Role.TRAIN);
    InputCoding inputs = readInputs(directory, config, job, shape);
    TargetCoding targets =
        shape.targets() == TargetType.VALUES
            ? TargetCoding.ofValues(readTargetScaling(config, job, place))
            : TargetCoding.of(
                shape.languageModel()
                    ? inputs.first()
                    : readVocabulary(directory, config, TARGETS, Vocabulary.Kind.LABELS));
    List<ParameterSpec> specs =
        Network.parameters(job.model(), inputs.shape(job.data()), Tasks.output(job, targets));
    Parameters parameters =
        ModelTensors.parameters(
            specs, SafeTensors.read(directory, WEIGHTS).tensors(), directory.location(WEIGHTS));
    if (config.containsKey(HASHES)) {
      checkHashes(directory, config, edited);
    }
    return new Model(
        job, inputs, targets, parameters, asMap(field(config, "training", Map.class, place)));
  }

  /** Models of earlier releases have no hashes. */
  private static void checkHashes(
      Directory directory, Map<String, Object> config, EditedFile edited) {
    String place = directory.location(CONFIG);
    Map<String, Object> hashes = asMap(field(config, HASHES, Map.class, place));
    List<String> names = new ArrayList<>(List.of(WEIGHTS));
    addFiles(config, names);
    for (String name : names) {
      String written = field(hashes, name, String.class, place + ", " + HASHES);
      String found = Sha256.hex(directory, Directory.checkName(name, place));
      if (!found.equals(written)) {
        edited.found(
            StoreException.of(
                name + " must have the SHA-256 that " + CONFIG + " gives, " + written,
                found,
                directory.location(name),
                "it was damaged or edited; copy the model again, or give "
                    + EditedFile.OPTION
                    + " if it was edited on purpose"));
      }
    }
  }

  /** Adds the vocabularies that a configuration names. */
  private static void addFiles(Object node, List<String> names) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("kind") instanceof String && map.get("file") instanceof String name) {
        names.add(name);
      }
      map.values().forEach(each -> addFiles(each, names));
    } else if (node instanceof List<?> list) {
      list.forEach(each -> addFiles(each, names));
    }
  }

  private static void checkVersion(Map<String, Object> config, String place) {
    long version = field(config, "format-version", Long.class, place);
    if (version < 1 || version > FORMAT_VERSION) {
      throw StoreException.of(
          "format-version must be at most " + FORMAT_VERSION + " for this release",
          version,
          place,
          "use the release of Unroll that wrote the model, or a newer one");
    }
  }

  private static Job job(Map<String, Object> config, String place) {
    String name = field(config, "name", String.class, place);
    String text = JsonText.line(asMap(field(config, "job", Map.class, place)));
    try {
      return JobReader.read(text, name + ".conf", List.of());
    } catch (JobException e) {
      throw new StoreException("the job in " + place + " is not valid: " + e.getMessage(), e);
    }
  }

  private static Vocabulary readVocabulary(
      Directory directory, Map<String, Object> config, String key, Vocabulary.Kind expected) {
    String place = directory.location(CONFIG);
    Map<String, Object> entry = asMap(field(config, key, Map.class, place));
    String file = Directory.checkName(field(entry, "file", String.class, place), place);
    String kind = field(entry, "kind", String.class, place);
    if (!kind.equals(name(expected))) {
      throw StoreException.of(
          "the kind of " + key + " must be " + name(expected) + " for this job",
          kind,
          place,
          CHANGED);
    }
    long size = field(entry, "size", Long.class, place);
    Vocabulary vocabulary = VocabularyFile.read(directory, file, expected);
    if (vocabulary.size() != size) {
      throw StoreException.of(
          "vocabulary must have the " + Counts.of(size, "token") + " that " + CONFIG + " says",
          vocabulary.size(),
          directory.location(file),
          "the file was cut or changed; copy the model again");
    }
    return vocabulary;
  }

  private static <T> T field(Map<String, Object> object, String key, Class<T> type, String place) {
    Object value = object.get(key);
    if (!type.isInstance(value)) {
      throw StoreException.of(key + " must be a " + type.getSimpleName(), value, place, CHANGED);
    }
    return type.cast(value);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Map<?, ?> map) {
    // JSON objects have text keys only.
    return (Map<String, Object>) map;
  }
}
