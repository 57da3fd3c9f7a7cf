package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.unroll.data.Vocabulary.Kind.LABELS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.data.Vocabulary;

class VocabularyFileTest {
  @TempDir Path folder;

  private Vocabulary read(Vocabulary.Kind kind) {
    return VocabularyFile.read(Directory.at(folder), "v.txt", kind);
  }

  @Test
  void tokensThatLookSpecialAreToldFromThoseThatAre() throws IOException {
    Vocabulary framed =
        Vocabulary.of(
            Vocabulary.Kind.FRAMED,
            List.of("<unk>", "<s>", "</s>", "<s>", "\\<s>", "<unk>", "<b>", "\\"));
    VocabularyFile.write(Directory.at(folder), "v.txt", framed);
    assertEquals(
        "<unk>\n<s>\n</s>\n\\<s>\n\\\\<s>\n\\<unk>\n<b>\n\\\\\n",
        Files.readString(folder.resolve("v.txt")));
    assertEquals(framed, read(Vocabulary.Kind.FRAMED));
    assertEquals(3, read(Vocabulary.Kind.FRAMED).index("<s>"));
    // Labels have no special symbols, so that nothing must be told from them.
    Vocabulary labels = Vocabulary.of(LABELS, List.of("<unk>", "</s>"));
    VocabularyFile.write(Directory.at(folder), "v.txt", labels);
    assertEquals("<unk>\n</s>\n", Files.readString(folder.resolve("v.txt")));
    assertEquals(labels, read(LABELS));
  }

  @Test
  void everyTokenSurvives() throws IOException {
    List<String> tokens =
        List.of(
            "<unk>", "", " ", "\n", "\r", "\\", "\\n", "\\\n", "\r\n", "\ufeff", "\u0000", "\u0085",
            "\u2028", "é", "e\u0301", "😀", "\t", "a b ");
    VocabularyFile.write(Directory.at(folder), "v.txt", Vocabulary.of(LABELS, tokens));
    assertEquals(tokens, read(LABELS).tokens());
    assertEquals(
        tokens.size(),
        Files.readString(folder.resolve("v.txt")).chars().filter(c -> c == '\n').count());
  }

  @Test
  void everyCharacterSurvives() {
    var tokens = new ArrayList<String>();
    for (int c = 0; c <= 0x10ffff; c += c < 0x3000 ? 1 : 97) {
      if (c < 0xd800 || c > 0xdfff) {
        tokens.add(Character.toString(c));
      }
    }
    VocabularyFile.write(Directory.at(folder), "v.txt", Vocabulary.of(LABELS, tokens));
    assertEquals(tokens, read(LABELS).tokens());
  }

  @Test
  void anEmptyVocabularyIsAnEmptyFile() {
    VocabularyFile.write(Directory.at(folder), "v.txt", Vocabulary.of(LABELS, List.of()));
    assertEquals(List.of(), read(LABELS).tokens());
  }

  @ParameterizedTest
  @CsvSource({
    "a%b%a%, v.txt:3",
    "a%b%a%, line 1",
    "a%\\x%, v.txt:2",
    "a%b\\<%, v.txt:2",
    "a%<b%\\<b%, '<b' twice",
    "a%b\\%, v.txt:2",
    "a%b!%, v.txt:2",
    "a%b, truncated",
  })
  void refusesBrokenLines(String text, String reason) throws IOException {
    Files.writeString(folder.resolve("v.txt"), text.replace('%', '\n').replace('!', '\r'));
    StoreException e = assertThrows(StoreException.class, () -> read(LABELS));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void refusesInvalidUtf8() throws IOException {
    Files.write(folder.resolve("v.txt"), "é\n".getBytes(StandardCharsets.ISO_8859_1));
    StoreException e = assertThrows(StoreException.class, () -> read(LABELS));
    assertTrue(e.getMessage().contains("UTF-8"), e.getMessage());
  }

  @Test
  void refusesToWriteWhatCannotBeReadBack() {
    Directory directory = Directory.at(folder);
    assertThrows(
        IllegalArgumentException.class,
        () -> VocabularyFile.write(directory, "v.txt", Vocabulary.of(LABELS, List.of("\ud83d"))));
    assertEquals(List.of(), directory.list());
  }
}
