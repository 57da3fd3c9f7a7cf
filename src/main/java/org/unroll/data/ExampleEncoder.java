package org.unroll.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.hash.Hash;

/**
 * From tokens and real values to encoded sequences. Needs no Spark: evaluation and prediction use
 * it with the vocabularies of a saved model.
 */
public final class ExampleEncoder implements Serializable {
  private static final long serialVersionUID = 1;

  /** Tells the identities that rows bring along from those of places. */
  private static final long OWN_ID = 0x4F574E4944L;

  /** Cuts words into characters; the words are in normal form already. */
  private static final CharacterTokenizer CHARACTERS = new CharacterTokenizer(false);

  private final RowParser parser;
  private final InputCoding inputs;
  private final TargetCoding targets;
  private final boolean takesUnknown;

  /** Models may have been made when 1 and 1.0 were two labels. */
  private final Map<String, Integer> numberLabels;

  /**
   * @param parser finds the tokens of a row
   * @param inputs vocabularies of the symbols, scaling of the real values
   * @param targets how targets become numbers
   */
  public ExampleEncoder(RowParser parser, InputCoding inputs, TargetCoding targets) {
    this(parser, inputs, targets, false);
  }

  /**
   * As above.
   *
   * @param takesUnknown whether a label that is not in the vocabulary becomes {@link
   *     Example#UNKNOWN_TARGET}, rather than its row a bad one
   */
  public ExampleEncoder(
      RowParser parser, InputCoding inputs, TargetCoding targets, boolean takesUnknown) {
    this.parser = parser;
    this.inputs = inputs;
    this.targets = targets;
    this.takesUnknown = takesUnknown;
    numberLabels = numberLabels(targets.names());
  }

  /** The identity of a file within its data set. */
  public static long fileId(String relativePath) {
    return Hash.of(relativePath);
  }

  /**
   * Encodes a record.
   *
   * @param file identity of its file
   * @return its sequences, none if it is empty
   * @throws BadRowException if the record cannot be used
   */
  public List<Example> encode(RawRecord record, Delimiter delimiter, long file)
      throws BadRowException {
    TokenRow row = parser.parse(record, delimiter);
    return row == null || row.steps() == 0 ? List.of() : encode(row, file, record.offset());
  }

  /**
   * Encodes a parsed row.
   *
   * @param offset of the record in its decompressed file, or the number of the row
   * @throws BadRowException if a label is not in the vocabulary
   */
  public List<Example> encode(TokenRow row, long file, long offset) throws BadRowException {
    SequenceShape shape = parser.shape();
    int[] in = shape.languageModel() ? framed(row) : numbers(row);
    Targets out = shape.languageModel() ? new Targets.Classes(in) : targets(row.answers());
    float[] features = inputs.scaler().apply(row.features());
    int steps = shape.steps(row);
    int fields = inputs.vocabularies().size();
    int width = inputs.scaler().features();
    long own = row.id() == null ? 0 : Hash.of(row.id());
    List<Example> examples = new ArrayList<>(shape.sequences(row));
    for (int from = 0; from < steps; ) {
      int to = (int) Math.min(steps, (long) from + shape.pieceSteps());
      long id =
          row.id() == null
              ? Hash.of(file, offset, examples.size())
              : Hash.of(OWN_ID, own, examples.size());
      int[] wordEnds = wordEnds(row, from, to);
      examples.add(
          new Example(
              id,
              to - from,
              Arrays.copyOfRange(in, from * fields, to * fields),
              Arrays.copyOfRange(features, from * width, to * width),
              characters(row, from, wordEnds),
              wordEnds,
              targets(out, from, to),
              row.weight()));
      from = to;
    }
    return examples;
  }

  /** Those of a row's labels that become {@link Example#UNKNOWN_TARGET}. */
  public List<String> unknownTargets(TokenRow row) {
    return takesUnknown
        ? row.targets().stream().filter(label -> number(label) < 0).toList()
        : List.of();
  }

  /**
   * The steps a model reads of a text whose target is not known: for a language model the text
   * after which it continues, after the begin symbol if there is one.
   */
  public int[] inputs(String text, Tokenizer tokenizer) {
    Vocabulary symbols = inputs.first();
    int[] numbers = numbers(tokenizer.tokens(text), symbols);
    if (symbols.begin() < 0) {
      return numbers;
    }
    int[] framed = new int[numbers.length + 1];
    framed[0] = symbols.begin();
    System.arraycopy(numbers, 0, framed, 1, numbers.length);
    return framed;
  }

  /** Where the characters of the words from {@code from} to {@code to} end; none if not read. */
  private int[] wordEnds(TokenRow row, int from, int to) {
    if (inputs.characters() == null) {
      return new int[0];
    }
    int[] ends = new int[to - from];
    int end = 0;
    for (int t = from; t < to; t++) {
      String word = row.symbols().get(0).get(t);
      // An empty word, which only a list of tokens can have, counts as one unknown character.
      end += Math.max(1, word.codePointCount(0, word.length()));
      ends[t - from] = end;
    }
    return ends;
  }

  private int[] characters(TokenRow row, int from, int[] wordEnds) {
    int[] characters = new int[wordEnds.length == 0 ? 0 : wordEnds[wordEnds.length - 1]];
    int at = 0;
    for (int t = 0; t < wordEnds.length; t++) {
      String word = row.symbols().get(0).get(from + t);
      for (String character : CHARACTERS.tokens(word)) {
        if (at < wordEnds[t]) {
          characters[at++] = inputs.characters().index(character);
        }
      }
      while (at < wordEnds[t]) {
        characters[at++] = inputs.characters().unknown();
      }
    }
    return characters;
  }

  private Targets targets(Targets out, int from, int to) {
    return switch (parser.shape().kind()) {
      case LABEL, TEXT -> out;
      case TAGS -> out.range(from, to);
      case NEXT_IN_ROW, NEXT_IN_STREAM -> out.range(from + 1, to + 1);
    };
  }

  /** The answers of a row as numbers. */
  private Targets targets(Answers answers) throws BadRowException {
    if (answers instanceof Answers.NameSets sets) {
      int[] ends = new int[sets.size()];
      int end = 0;
      for (int i = 0; i < ends.length; i++) {
        end += sets.sets().get(i).size();
        ends[i] = end;
      }
      return new Targets.Labels(labels(sets.names()), ends);
    }
    if (answers instanceof Answers.Values values) {
      return new Targets.Reals(values.size(), targets.scale(values.values()));
    }
    int[] numbers = labels(answers.names());
    return answers instanceof Answers.Symbols
        ? new Targets.Text(numbers)
        : new Targets.Classes(numbers);
  }

  /** A language model's text with its frame: what is predicted is always the next of these. */
  private int[] framed(TokenRow row) {
    Vocabulary symbols = inputs.first();
    int[] numbers = numbers(row);
    if (symbols.begin() < 0) {
      return numbers;
    }
    int[] framed = new int[numbers.length + (row.whole() ? 2 : 1)];
    framed[0] = symbols.begin();
    System.arraycopy(numbers, 0, framed, 1, numbers.length);
    if (row.whole()) {
      framed[framed.length - 1] = symbols.end();
    }
    return framed;
  }

  /** Symbols of all fields, {@code [step][field]}. */
  private int[] numbers(TokenRow row) {
    int fields = row.symbols().size();
    int[] numbers = new int[row.steps() * fields];
    for (int f = 0; f < fields; f++) {
      int[] own = numbers(row.symbols().get(f), inputs.vocabularies().get(f));
      for (int t = 0; t < own.length; t++) {
        numbers[t * fields + f] = own[t];
      }
    }
    return numbers;
  }

  private static int[] numbers(List<String> tokens, Vocabulary vocabulary) {
    int[] numbers = new int[tokens.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = vocabulary.index(tokens.get(i));
    }
    return numbers;
  }

  private int[] labels(List<String> labels) throws BadRowException {
    int[] numbers = new int[labels.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = label(labels.get(i));
    }
    return numbers;
  }

  private int label(String label) throws BadRowException {
    int found = number(label);
    if (found >= 0 || takesUnknown) {
      return found;
    }
    Integer same = numberLabels.get(NumberNames.ofText(label));
    throw new BadRowException(
        "unknown-label",
        "a label must occur in the training data",
        "'" + label + "'",
        same != null
            ? "write the number as the training data does, '" + targets.names().token(same) + "'"
            : "add training rows with this label, or remove the row; check data.target.column");
  }

  /** The class of a label, {@link Example#UNKNOWN_TARGET} if it is none. */
  private int number(String label) {
    int found = targets.names().index(label);
    if (found >= 0) {
      return found;
    }
    String number = NumberNames.ofText(label);
    boolean isNumber = label.equals(number) && parser.data().hasTypes();
    return isNumber ? numberLabels.getOrDefault(number, Example.UNKNOWN_TARGET) : found;
  }

  /** Labels that are numbers, by the names of these. */
  private static Map<String, Integer> numberLabels(Vocabulary targets) {
    Map<String, Integer> labels = new HashMap<>();
    for (int i = 0; targets.kind() == Vocabulary.Kind.LABELS && i < targets.size(); i++) {
      labels.putIfAbsent(NumberNames.ofText(targets.token(i)), i);
    }
    labels.remove("");
    return labels;
  }
}
