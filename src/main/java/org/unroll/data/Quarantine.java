package org.unroll.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Writes rejected rows for somebody to mend: one JSON object per line, in the order given. */
public final class Quarantine {
  private Quarantine() {}

  /** Writes all rows and flushes; the stream stays open. */
  public static void write(List<Reject> rejects, OutputStream out) throws IOException {
    JsonFactory json = JsonFactory.builder().build();
    try (JsonGenerator generator = json.createGenerator(out)) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      generator.setRootValueSeparator(null);
      for (Reject reject : rejects) {
        generator.writeStartObject();
        generator.writeStringField("file", reject.file());
        generator.writeNumberField("position", reject.offset());
        generator.writeStringField("data", reject.role().key());
        generator.writeStringField("reason", reject.reason());
        generator.writeStringField("detail", reject.rule() + ", got " + reject.value());
        // The beginning of a text may end between two halves of a character.
        generator.writeStringField("text", Text.whole(reject.text()));
        generator.writeEndObject();
        generator.writeRaw('\n');
      }
    }
  }
}
