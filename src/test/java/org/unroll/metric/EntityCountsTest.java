package org.unroll.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts of entities are those of the script conlleval of the shared tasks of CoNLL. */
class EntityCountsTest {
  private static final List<String> TAGS =
      List.of("O", "B-x", "I-x", "B-y", "I-y", "E-x", "S-x", "E-y", "S-y");

  private static int[] tags(String text) {
    return Arrays.stream(text.split(" "))
        .mapToInt(tag -> tag.equals("?") ? -1 : TAGS.indexOf(tag))
        .toArray();
  }

  /**
   * Correct, predicted and gold entities; made with conlleval.pl's rules by hand and compared with
   * seqeval 1.2.2 in its default mode.
   */
  @ParameterizedTest
  @CsvSource({
    // As they should be.
    "B-x I-x O, B-x I-x O, 1, 1, 1",
    "B-x I-x O, B-x O O, 0, 1, 1",
    "B-x I-x, B-y I-y, 0, 1, 1",
    // I without B begins an entity, at the start and after O.
    "I-x I-x O, B-x I-x O, 1, 1, 1",
    "O I-x, O B-x, 1, 1, 1",
    // A change of type inside begins another one.
    "B-x I-y, B-x I-y, 2, 2, 2",
    "B-x I-x I-y, B-x I-x I-x, 0, 1, 2",
    // B behind B, and B behind I.
    "B-x B-x, B-x I-x, 0, 1, 2",
    "B-x I-x B-x, B-x I-x B-x, 2, 2, 2",
    // One that ends later, or begins earlier, is wrong.
    "O B-x O, B-x I-x O, 0, 1, 1",
    "B-x O O, B-x I-x O, 0, 1, 1",
    // IOBES.
    "S-x S-x, S-x S-x, 2, 2, 2",
    "B-x E-x S-y, B-x E-x S-y, 2, 2, 2",
    "B-x E-x I-x, B-x E-x O, 1, 1, 2",
    "B-x I-x, B-x E-x, 1, 1, 1",
    "E-x E-x, E-x E-x, 2, 2, 2",
    // None at all.
    "O O, O O, 0, 0, 0",
    // What training never saw is an entity that nobody finds.
    "? ? O, B-x I-x O, 0, 1, 1",
  })
  void areThoseOfConlleval(String gold, String answer, int correct, int predicted, int there) {
    EntityCounts counts = new EntityCounts(TagScheme.of(TAGS).orElseThrow());
    counts.add(tags(gold), tags(answer), tags(gold).length);
    assertEquals(Ratio.of(correct, predicted), counts.precision(), "precision");
    assertEquals(Ratio.of(correct, there), counts.recall(), "recall");
    assertEquals(Ratio.of(2 * correct, predicted + there), counts.f1(), "F1");
  }

  @Test
  void partsAddUp() {
    TagScheme scheme = TagScheme.of(TAGS).orElseThrow();
    EntityCounts whole = new EntityCounts(scheme);
    EntityCounts part = new EntityCounts(scheme);
    whole.add(tags("B-x O"), tags("B-x O"), 2);
    part.add(tags("B-y O"), tags("O O"), 2);
    whole.add(part);
    assertEquals(0.5, whole.recall());
    assertEquals(
        "{x={precision=1.0, recall=1.0, f1=1.0, targets=1}, "
            + "y={precision=0.0, recall=0.0, f1=0.0, targets=1}}",
        whole.details().toString());
  }

  @Test
  void otherTagsAreNoEntities() {
    assertTrue(TagScheme.of(List.of("NOUN", "VERB")).isEmpty());
    assertTrue(TagScheme.of(List.of("O")).isEmpty());
    assertTrue(TagScheme.of(List.of("O", "B-")).isEmpty());
    assertEquals(List.of("a", "b"), TagScheme.of(List.of("U-b", "O", "L-a")).orElseThrow().types());
  }

  @Test
  void theSchemeSaysWhatMayFollow() {
    TagScheme bio = TagScheme.of(List.of("O", "B-x", "I-x", "I-y")).orElseThrow();
    assertTrue(bio.allows(-1, 1) && bio.allows(1, 2) && bio.allows(2, 2) && bio.allows(2, -1));
    assertFalse(bio.allows(-1, 2) || bio.allows(0, 2) || bio.allows(1, 3));
    TagScheme iobes = TagScheme.of(TAGS).orElseThrow();
    int beginX = TAGS.indexOf("B-x");
    int endX = TAGS.indexOf("E-x");
    assertTrue(iobes.allows(beginX, endX) && iobes.allows(endX, 0) && iobes.allows(endX, -1));
    assertFalse(iobes.allows(beginX, 0) || iobes.allows(beginX, -1) || iobes.allows(endX, endX));
  }
}
