package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.unroll.data.SequenceShape.Kind;

/** Labels that are no classes. */
class LabelRulesTest {
  private static Map<String, Long> texts(int number, String text) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (int i = 0; i < number; i++) {
      counts.put(text + i, 1L);
    }
    return counts;
  }

  private static String refused(Map<String, Long> counts, Kind kind) {
    return assertThrows(DataException.class, () -> LabelRules.check(counts, kind, "t.tsv"))
        .getMessage();
  }

  @Test
  void aTextForEachRowIsNoClass() {
    Map<String, Long> counts = texts(40, "die katze ");
    counts.put("ja", 4L);
    assertEquals(
        "labels must be classes that rows have in common (topology = many-to-one), got a text of"
            + " its own in 40 of 44 rows, such as 'die katze 0' (t.tsv): check"
            + " data.target.column; for transcripts of what is read set model.output = ctc; other"
            + " texts as answers, such as translations, are not supported yet",
        refused(counts, Kind.LABEL));
    LabelRules.check(counts, Kind.TAGS, "t.tsv");
    counts.put("ja", 9L);
    LabelRules.check(counts, Kind.LABEL, "t.tsv");
    LabelRules.check(texts(40, "word"), Kind.LABEL, "t.tsv");
    LabelRules.check(texts(19, "new york "), Kind.LABEL, "t.tsv");
  }

  @Test
  void aNumberIsOneLabel() {
    assertEquals(
        "a number must be written in one way in all labels, got '1' and '1.0' (t.tsv): write one"
            + " of them everywhere; if they are names, put a letter before them",
        refused(Map.of("1", 3L, "1.0", 2L), Kind.TAGS));
  }
}
