package org.unroll.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.unroll.config.DataConfig;
import org.unroll.config.Problem;
import org.unroll.config.TargetType;
import org.unroll.data.InputCoding;
import org.unroll.data.SequenceShape;
import org.unroll.data.TargetCoding;
import org.unroll.data.ValueRules;
import org.unroll.data.Vocabulary;
import org.unroll.data.VocabularyCoverage;

/**
 * What tasks must know to encode rows.
 *
 * @param inputs how the input becomes numbers
 * @param targets how targets become numbers
 */
record Coding(InputCoding inputs, TargetCoding targets) implements Serializable {
  /**
   * The coding of a data set: that of a saved model, or what follows from the training data.
   *
   * @param fields of the delimited rows where columns are given by number, else 0
   * @param doubts receives what can be used but should be looked at
   * @throws org.unroll.data.DataException if a vocabulary would have no symbols
   */
  static Coding of(
      DatasetRequest request,
      SymbolCounter.Result counted,
      SequenceShape shape,
      int fields,
      List<Problem> doubts) {
    if (!request.countsSymbols()) {
      return new Coding(request.inputs(), request.targets());
    }
    InputCoding inputs = inputs(request, counted, shape, doubts).ofColumns(fields);
    if (shape.languageModel()) {
      return new Coding(inputs, TargetCoding.of(inputs.first()));
    }
    if (shape.targets() == TargetType.VALUES) {
      doubts.addAll(ValueRules.check(request.data().target(), counted.values(), request.train()));
      boolean standardize = request.data().target().standardize();
      return new Coding(inputs, TargetCoding.ofValues(counted.values(), standardize));
    }
    Vocabulary names =
        Vocabulary.build(Vocabulary.Kind.LABELS, counted.targets(), 1, Integer.MAX_VALUE);
    return new Coding(inputs, TargetCoding.of(names));
  }

  private static InputCoding inputs(
      DatasetRequest request,
      SymbolCounter.Result counted,
      SequenceShape shape,
      List<Problem> doubts) {
    DataConfig data = request.data();
    int maxSize = data.vocabulary().maxSize();
    List<Vocabulary> vocabularies = new ArrayList<>();
    List<VocabularyCoverage> coverages = new ArrayList<>();
    for (DataConfig.Field field : InputCoding.symbols(data)) {
      int f = vocabularies.size();
      Map<String, Long> counts = counted.inputs().get(f);
      vocabularies.add(Vocabulary.build(shape.inputs(), counts, field.minCount(), maxSize));
      coverages.add(
          VocabularyCoverage.of(data, field, counted.totals()[f], counts, vocabularies.get(f)));
    }
    Vocabulary characters = null;
    if (request.characters()) {
      int f = vocabularies.size();
      Map<String, Long> counts = counted.inputs().get(f);
      characters = Vocabulary.build(Vocabulary.Kind.SYMBOLS, counts, 1, maxSize);
      coverages.add(VocabularyCoverage.ofCharacters(counted.totals()[f], counts, characters));
    }
    coverages.forEach(VocabularyCoverage::requireSymbols);
    coverages.forEach(each -> each.doubt(maxSize).ifPresent(doubts::add));
    doubts.addAll(InputCoding.doubts(data, counted.moments(), request.scaling()));
    return new InputCoding(
        vocabularies, InputCoding.scaler(data, counted.moments(), request.scaling()), characters);
  }

  /** The number of the unknown symbol of the first field, -1 if there is none. */
  int unknown() {
    return inputs.first() == null ? -1 : inputs.first().unknown();
  }
}
