package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.FeatureScaler;
import org.unroll.data.InputCoding;
import org.unroll.data.InputShape;
import org.unroll.data.TargetCoding;
import org.unroll.data.Vocabulary;
import org.unroll.nn.Network;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.Bits;

/** A model comes back whole, or not at all and with a reason. */
class ModelDirectoryTest {
  private static final String LABELLED =
      """
      data { format = delimited, train = "a b#{c,d}.tsv", input.column = 1, target.column = 0 }
      model {
        topology = many-to-one, embedding = 3
        layers = [ { cell = lstm, units = 4, dropout = 0.25 }, { cell = gru, units = 2 } ]
        dense = [ { units = 3 } ]
      }
      training { epochs = 1, optimizer { kind = adam } }
      """;
  private static final String LANGUAGE =
      """
      data { format = lines, train = x }
      model { topology = many-to-many, layers = [ { cell = gru, units = 4, reset = after } ] }
      training.epochs = 1
      """;

  @TempDir Path folder;

  private static Model model(String text) {
    Job job = JobReader.read(text, "test.conf", List.of());
    boolean language = Model.isLanguageModel(job);
    Map<String, Long> counts = Map.of("é", 3L, "\n", 2L, "\\", 2L, " ", 1L, "\uFEFF", 1L);
    Vocabulary inputs =
        Vocabulary.build(
            language ? Vocabulary.Kind.FRAMED : Vocabulary.Kind.SYMBOLS, counts, 1, 100);
    Vocabulary targets =
        language
            ? inputs
            : Vocabulary.build(Vocabulary.Kind.LABELS, Map.of("yes", 2L, "no", 1L, "", 1L), 1, 100);
    Network network =
        new Network(
            job.model(),
            InputShape.ofSymbols(inputs.size()),
            SoftmaxSpec.of(targets.size()),
            new EjmlKernels());
    Map<String, Object> training = new LinkedHashMap<>();
    training.put("valid-loss", 0.1 + 0.2);
    training.put("best-epoch", 7L);
    Parameters parameters = Parameters.initial(network.parameters(), 5);
    return new Model(job, InputCoding.of(inputs), TargetCoding.of(targets), parameters, training);
  }

  /** A model of symbols, a further field and real values. */
  private static Model mixed() {
    Job job =
        JobReader.read(
            """
            data {
              format = json, train = a, input { column = w, tokens = words }, target.column = y
              fields = [
                { name = kind, column = k, embedding = 2 }
                { name = pitch, column = p, tokens = features, width = 2 }
              ]
            }
            model { topology = many-to-one, embedding = 3, layers = [ { cell = rnn, units = 4 } ] }
            training.epochs = 1
            """,
            "test.conf",
            List.of());
    Vocabulary.Kind symbols = Vocabulary.Kind.SYMBOLS;
    InputCoding inputs =
        new InputCoding(
            List.of(
                Vocabulary.build(symbols, Map.of("a", 2L, "b", 1L), 1, 9),
                Vocabulary.build(symbols, Map.of("noun", 2L), 1, 9)),
            new FeatureScaler(new double[] {1.0 / 3, -7e20}, new double[] {0, Double.MIN_VALUE}));
    Vocabulary labels = Vocabulary.build(Vocabulary.Kind.LABELS, Map.of("x", 1L, "y", 1L), 1, 9);
    Network network =
        new Network(job.model(), inputs.shape(job.data()), SoftmaxSpec.of(2), new EjmlKernels());
    Parameters parameters = Parameters.initial(network.parameters(), 5);
    return new Model(job, inputs, TargetCoding.of(labels), parameters, Map.of());
  }

  @Test
  void fieldsAndFeaturesComeBack() {
    Model mixed = mixed();
    InputCoding inputs = mixed.inputs().ofColumns(5);
    Model written =
        new Model(mixed.job(), inputs, mixed.targets(), mixed.parameters(), mixed.training());
    ModelDirectory.write(directory(), written);
    Model read = ModelDirectory.read(directory());
    assertEquals(written.inputs(), read.inputs());
    assertEquals(written.job(), read.job());
    assertEquals(written.parameters().names(), read.parameters().names());
    assertTrue(read.parameters().names().contains("embedding.kind.weight"));
  }

  @Test
  void featuresThatDoNotFitAreRefused() {
    ModelDirectory.write(directory(), mixed());
    edit("config.json", text -> text.replace("\"deviation\"", "\"variance\""));
    assertRefused("deviation must be a list of 2 numbers", "config.json");
    ModelDirectory.write(directory(), mixed());
    edit(
        "config.json",
        text -> text.replace("-7e+20", "-7e+20, 1").replace("-7.0E20", "-7.0E20, 1"));
    assertRefused("mean must be a list of 2 numbers", "got 3 values");
    ModelDirectory.write(directory(), mixed());
    edit("config.json", text -> text.replace("4.9E-324", "-1"));
    assertRefused("deviation at least 0", "-1");
    ModelDirectory.write(directory(), mixed());
    edit("config.json", text -> text.replaceFirst("\"fields\"", "\"field\""));
    assertRefused("fields must be a List");
  }

  private Directory directory() {
    return Directory.at(folder.resolve("model"));
  }

  @BeforeEach
  void writeOne() {
    ModelDirectory.write(directory(), model(LABELLED));
  }

  private String refused() {
    return assertThrows(StoreException.class, () -> ModelDirectory.read(directory())).getMessage();
  }

  /** A message must name rule, value, place and fix: here, a part of each. */
  private void assertRefused(String... parts) {
    String message = refused();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + message);
    }
  }

  private Path file(String name) {
    return folder.resolve("model").resolve(name);
  }

  private void edit(String name, UnaryOperator<String> change) {
    try {
      String before = Files.readString(file(name));
      String after = change.apply(before);
      assertTrue(!before.equals(after), "the edit changes something");
      Files.writeString(file(name), after);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void editTensors(Consumer<Map<String, Tensor>> change) {
    SafeTensors read =
        SafeTensors.read(directory(), ModelDirectory.WEIGHTS, SafeTensorsReader.NonFinite.ACCEPT);
    Map<String, Tensor> tensors = new LinkedHashMap<>(read.tensors());
    change.accept(tensors);
    new SafeTensors(read.metadata(), tensors).write(directory(), ModelDirectory.WEIGHTS);
  }

  private void editBytes(UnaryOperator<byte[]> change) throws IOException {
    Path file = file(ModelDirectory.WEIGHTS);
    Files.write(file, change.apply(Files.readAllBytes(file)));
  }

  /** Changes the header of the weights, its length with it. */
  private void editHeader(UnaryOperator<String> change) throws IOException {
    editBytes(
        bytes -> {
          ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
          int length = Math.toIntExact(in.getLong());
          String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
          String changed = change.apply(header);
          assertTrue(!changed.equals(header), "the edit changes something");
          byte[] text = changed.getBytes(StandardCharsets.UTF_8);
          return ByteBuffer.allocate(bytes.length - length + text.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(text.length)
              .put(text)
              .put(bytes, 8 + length, bytes.length - 8 - length)
              .array();
        });
  }

  // What comes back

  @Test
  void comesBackWhole() {
    Model written = model(LABELLED);
    Model read = ModelDirectory.read(directory());
    assertEquals(written.job(), read.job());
    assertEquals(written.inputs(), read.inputs());
    assertEquals(written.targets(), read.targets());
    assertEquals(written.training(), read.training());
    assertEquals(Bits.of(written.parameters()), Bits.of(read.parameters()));
    assertNotSame(read.inputs().first(), read.targets().names());
    assertEquals(
        List.of("config.json", "labels.txt", "model.safetensors", "vocabulary.txt"),
        directory().list().stream().map(Directory.Entry::name).sorted().toList());
  }

  @Test
  void aLanguageModelHasOneVocabulary() {
    directory().delete("labels.txt");
    Model written = model(LANGUAGE);
    ModelDirectory.write(directory(), written);
    Model read = ModelDirectory.read(directory());
    assertSame(read.inputs().first(), read.targets().names());
    assertEquals(written.inputs(), read.inputs());
    assertEquals(Bits.of(written.parameters()), Bits.of(read.parameters()));
    assertTrue(read.isLanguageModel());
    assertEquals(3, directory().list().size());
  }

  @Test
  void theDirectoryOfARunWillDo() {
    Model read = ModelDirectory.read(Directory.at(folder));
    assertEquals(model(LABELLED).job(), read.job());
  }

  @Test
  void theSameModelIsTheSameBytes() throws IOException {
    byte[] before = Files.readAllBytes(file("model.safetensors"));
    String config = Files.readString(file("config.json"));
    ModelDirectory.write(directory(), model(LABELLED));
    assertTrue(Arrays.equals(before, Files.readAllBytes(file("model.safetensors"))));
    assertEquals(config, Files.readString(file("config.json")));
  }

  @Test
  void shapesAreThoseOfPyTorch() {
    Map<String, Tensor> tensors = SafeTensors.read(directory(), ModelDirectory.WEIGHTS).tensors();
    assertEquals("F32 [6, 3]", tensors.get("embedding.weight").toString());
    Map<String, String> shapes = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.contains("bias")) {
            assertEquals(1, tensor.shape().length, name);
          } else {
            assertEquals(2, tensor.shape().length, name);
          }
          shapes.put(name, tensor.toString());
        });
    assertTrue(shapes.containsValue("F32 [16, 3]"), shapes.toString());
  }

  /** A weight of one column stays a matrix: PyTorch would not load it otherwise. */
  @Test
  void aWeightOfOneColumnIsNoVector() {
    Model model =
        model(
            LANGUAGE
                .replace("units = 4", "units = 1")
                .replace("model {", "model { embedding = 1,"));
    ModelDirectory.write(directory(), model);
    SafeTensors.read(directory(), ModelDirectory.WEIGHTS)
        .tensors()
        .forEach(
            (name, tensor) ->
                assertEquals(name.contains("bias") ? 1 : 2, tensor.shape().length, name));
    Model read = ModelDirectory.read(directory());
    assertEquals(Bits.of(model.parameters()), Bits.of(read.parameters()));
  }

  // Damaged weights

  @Test
  void truncatedWeights() throws IOException {
    long length = Files.size(file(ModelDirectory.WEIGHTS));
    editBytes(bytes -> Arrays.copyOf(bytes, bytes.length - 5));
    assertRefused("must hold", "bytes of data", "model.safetensors", "truncated, copy it again");
    editBytes(bytes -> Arrays.copyOf(bytes, 100));
    assertRefused("must end within the file of 100 bytes", "model.safetensors", "copy it again");
    editBytes(bytes -> new byte[0]);
    assertRefused("at least 10 bytes", "got 0", "model.safetensors", "copy the file again");
    assertTrue(length > 100);
  }

  @Test
  void oversizedWeights() throws IOException {
    editBytes(bytes -> Arrays.copyOf(bytes, bytes.length + 8));
    assertRefused("data must end with the last tensor", "model.safetensors", "damaged");
  }

  @Test
  void weightsThatClaimMoreThanThereIs() throws IOException {
    editHeader(
        header ->
            header.replaceFirst(
                "\"shape\":\\[6,3],\"data_offsets\":\\[0,72]",
                "\"shape\":[600000000,3],\"data_offsets\":[0,7200000000]"));
    assertRefused("must begin where the one before ends", "model.safetensors", "copy it again");
  }

  @Test
  void overlappingWeights() throws IOException {
    editHeader(header -> header.replaceFirst("\\[72,", "[68,").replace("[16,3]", "[16,3]"));
    assertRefused("must have", "bytes", "model.safetensors", "damaged, copy it again");
    writeOne();
    editHeader(
        header ->
            header.replaceFirst(
                "\"shape\":\\[6,3],\"data_offsets\":\\[0,72]",
                "\"shape\":[7,3],\"data_offsets\":[0,84]"));
    assertRefused("must begin where the one before ends, at 84", "got 72", "model.safetensors");
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void weightsThatAreNotFinite(float bad) {
    editTensors(tensors -> ((Tensor.Floats) tensors.get("embedding.weight")).data()[4] = bad);
    assertRefused(
        "weights must be finite",
        bad + " at embedding.weight[4]",
        "model.safetensors",
        "take an earlier checkpoint");
  }

  @Test
  void aMissingTensor() {
    editTensors(tensors -> tensors.remove("output.bias"));
    assertRefused(
        "tensor output.bias of 3 × 1 must be there",
        "embedding.weight",
        "model.safetensors",
        "another network than config.json describes");
  }

  @Test
  void anExtraTensor() {
    editTensors(
        tensors -> tensors.put("stranger", new Tensor.Floats(new long[] {1}, new float[1])));
    assertRefused("tensors and no others", "[stranger]", "model.safetensors", "another network");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "5,3; 5 × 3",
        "3,6; 3 × 6",
        "18; 18 × 1",
      })
  void aTensorOfAnotherShape(String shape, String shown) {
    long[] dimensions = Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
    int size = Math.toIntExact(Tensor.elements(dimensions));
    editTensors(
        tensors -> tensors.put("embedding.weight", new Tensor.Floats(dimensions, new float[size])));
    assertRefused(
        "tensor embedding.weight must be 6 × 3",
        "got " + shown,
        "model.safetensors",
        "another network");
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "6, 0", "4000000000, 0", "0, 4000000000"})
  void aTensorWithoutElements(long rows, long columns) {
    long[] shape = {rows, columns};
    editTensors(tensors -> tensors.put("embedding.weight", new Tensor.Floats(shape, new float[0])));
    assertRefused(
        "embedding.weight must be F32 with one or two dimensions of at least 1",
        "got F32 [" + rows + ", " + columns + "]",
        "model.safetensors",
        "it was not written by this program");
  }

  @Test
  void aTensorOfAnotherKind() {
    editTensors(
        tensors ->
            tensors.put("embedding.weight", new Tensor.Doubles(new long[] {6, 3}, new double[18])));
    assertRefused("tensor embedding.weight must be F32", "got F64 [6, 3]", "model.safetensors");
    editTensors(
        tensors ->
            tensors.put(
                "embedding.weight", new Tensor.Floats(new long[] {6, 3, 1}, new float[18])));
    assertRefused("one or two dimensions", "got F32 [6, 3, 1]", "model.safetensors");
    editTensors(
        tensors -> tensors.put("embedding.weight", new Tensor.Floats(new long[] {}, new float[1])));
    assertRefused("one or two dimensions", "got F32 []", "model.safetensors");
  }

  @Test
  void withoutWeights() {
    directory().delete("model.safetensors");
    assertRefused("model.safetensors");
  }

  // Damaged configuration and vocabularies

  @ParameterizedTest
  @CsvSource({"2, got 2", "999999999999, got 999999999999", "0, got 0", "-1, got -1"})
  void anotherFormatVersion(String version, String shown) {
    edit(
        "config.json",
        text -> text.replace("\"format-version\": 1", "\"format-version\": " + version));
    assertRefused("format-version must be", shown, "config.json", "the release of Unroll");
  }

  @ParameterizedTest
  @CsvSource({"'\"1\"', got 1", "1.0, got 1.0", "null, got null"})
  void aFormatVersionThatIsNone(String version, String shown) {
    edit(
        "config.json",
        text -> text.replace("\"format-version\": 1", "\"format-version\": " + version));
    assertRefused("format-version must be", shown, "config.json");
  }

  @Test
  void aVocabularyCutAtALine() {
    edit(
        "vocabulary.txt", text -> text.substring(0, text.lastIndexOf('\n', text.length() - 2) + 1));
    assertRefused(
        "vocabulary must have the 6 tokens", "got 5", "vocabulary.txt", "copy the model again");
  }

  @Test
  void aVocabularyCutWithinALine() {
    edit("labels.txt", text -> text.substring(0, text.length() - 1));
    assertRefused("must end with a line feed", "labels.txt", "truncated, copy it again");
  }

  @Test
  void aVocabularyWithAnotherBeginning() {
    edit("vocabulary.txt", text -> text.replace("<unk>", "other"));
    assertRefused(
        "must start with [<unk>]", "got [other]", "vocabulary.txt", "copy the model again");
  }

  @Test
  void aVocabularyWithATokenTwice() {
    edit("labels.txt", text -> text.replace("no", "yes"));
    assertRefused("tokens must differ", "'yes'", "labels.txt:", "remove one of them");
  }

  @Test
  void aVocabularyOfAnotherKind() {
    edit("config.json", text -> text.replace("\"kind\": \"labels\"", "\"kind\": \"colours\""));
    assertRefused(
        "kind of targets must be labels",
        "got colours",
        "config.json",
        "not written by this program");
  }

  /** The network would fit, but the answers would be those of other symbols. */
  @Test
  void aVocabularyOfAKindThatTheJobHasNoUseFor() {
    edit("config.json", text -> text.replace("\"kind\": \"symbols\"", "\"kind\": \"labels\""));
    assertRefused("kind of inputs must be symbols for this job", "got labels", "config.json");
  }

  @Test
  void aVocabularyElsewhere() {
    edit(
        "config.json",
        text -> text.replace("\"file\": \"labels.txt\"", "\"file\": \"../labels.txt\""));
    assertRefused("../labels.txt", "config.json");
  }

  @Test
  void withoutConfiguration() {
    directory().delete("config.json");
    assertRefused("must hold config.json", "model", "give the model/ directory of a run");
  }

  @Test
  void aConfigurationThatIsNoJson() {
    edit("config.json", text -> text.substring(0, text.length() / 2));
    assertRefused("config.json");
  }

  @Test
  void aJobThatIsNotValid() {
    edit("config.json", text -> text.replace("\"many-to-one\"", "\"many-to-none\""));
    assertRefused("config.json", "many-to-none", "many-to-one");
  }

  @Test
  void aConfigurationOfAnotherNetwork() {
    edit("config.json", text -> text.replace("\"units\": 4", "\"units\": 5"));
    assertRefused("must be 20 × 3", "got 16 × 3", "model.safetensors", "another network");
  }
}
