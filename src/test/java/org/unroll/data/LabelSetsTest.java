package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelSetsTest {
  private static Content json(String value) throws BadRowException {
    return Content.ofJson(value, "y", false);
  }

  private static String row(Content target) throws BadRowException {
    return ((Answers.NameSets) LabelSets.ofRow(target, 3)).sets().toString();
  }

  private static String steps(Content target) throws BadRowException {
    return ((Answers.NameSets) LabelSets.ofSteps(target)).sets().toString();
  }

  private static String said(Content target, boolean each) {
    return assertThrows(
            BadRowException.class,
            () -> {
              if (each) {
                LabelSets.ofSteps(target);
              } else {
                LabelSets.ofRow(target, 3);
              }
            })
        .getMessage();
  }

  @Test
  void listsAreTheLabelsOfARow() throws BadRowException {
    assertEquals("[[drama, science fiction]]", row(json("[\"drama\", \" science fiction\"]")));
    assertEquals("[[7, 60]]", row(json("[7, 60.0]")));
    assertEquals("[[]]", row(json("[]")));
    assertEquals("[[60.5]]", row(new Content.Numbers(new double[] {60.5, 60.5})));
    assertEquals("[[-]]", row(json("[\"-\"]")));
  }

  @Test
  void textsAreLabelsBetweenWhiteSpace() throws BadRowException {
    assertEquals("[[a, b]]", row(new Content.Text("a  b a")));
    assertEquals("[[]]", row(new Content.Text(" - ")));
    assertEquals("[[7]]", row(json("7.0")));
    assertEquals("[[true]]", row(json("true")));
    assertEquals("[[caf\u00e9]]", row(new Content.Text("cafe\u0301")));
  }

  @Test
  void listsOfListsAreTheLabelsOfSteps() throws BadRowException {
    assertEquals("[[60, 64], [], [60]]", steps(json("[[60, 64, 60], [], [60.0]]")));
    assertEquals("[[60], [64]]", steps(json("[60, 64]")));
    assertEquals("[[a, b], [], [], [c]]", steps(json("[\"a b\", \"\", \"-\", \"c c\"]")));
  }

  @Test
  void textsAreStepsBetweenWhiteSpace() throws BadRowException {
    assertEquals("[[60, 64], [], [60]]", steps(new Content.Text("60|64|60 - 60")));
    assertEquals("[]", steps(new Content.Text("")));
  }

  @Test
  void whatIsNoSetIsABadRow() throws BadRowException {
    assertEquals(
        "a row must have labels, or '-' if it has none, got an empty text",
        said(new Content.Text(""), false));
    assertEquals(
        "a label must have a name, got an empty one among a ", said(json("[\"a\", \"\"]"), false));
    assertEquals(
        "a label must have a name, got an empty one among 60  64",
        said(new Content.Text("60||64"), true));
    assertEquals(
        "the labels of a row must be text or a list of names, got lists of numbers",
        said(json("[[1], [2]]"), false));
  }

  /** Where nothing is read and nothing is to be answered, there is nothing. */
  @Test
  void anEmptyRowIsNone() throws BadRowException {
    assertEquals(Answers.NONE, LabelSets.ofRow(json("[]"), 0));
    assertEquals(Answers.NONE, LabelSets.ofRow(new Content.Text(""), 0));
    assertEquals(new Answers.NameSets(List.of(List.of("a"))), LabelSets.ofRow(json("[\"a\"]"), 0));
  }
}
