package org.unroll.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuarantineTest {
  /** The beginning of a text that is shown may end between the two halves of a character. */
  @Test
  void halvesOfCharactersAreReplaced() throws IOException {
    Content[] cells = {new Content.Text("a".repeat(RawRecord.SHOWN_BYTES - 1) + "\ud83d\ude00")};
    RawRecord row = RawRecord.ofCells(0, cells, null);
    BadRowException why = new BadRowException("no-label", "a rule", "a value", "a fix");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Quarantine.write(List.of(Reject.of(Role.TRAIN, "f", row, why)), out);
    String text = out.toString(UTF_8);
    assertEquals("a\ufffd\"}\n", text.substring(text.length() - 5));
  }
}
