package org.unroll.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.unroll.report.MetricsLog;
import org.unroll.store.Directory;

/**
 * A job of a few seconds with everything that could make a resumed run differ: dropout, Adam, a
 * schedule, clipping, validation, several rounds per epoch.
 */
final class SmallJob {
  static final int EPOCHS = 10;

  /** Of the training sequences, dealt to two shards: see {@link #expectRounds}. */
  static final int ROUNDS_PER_EPOCH = 6;

  static final int ROUNDS = EPOCHS * ROUNDS_PER_EPOCH;

  private static final int SEQUENCES = 400;

  private SmallJob() {}

  /** Writes data and job file into a folder; the job file. */
  static Path write(Path folder) throws IOException {
    return write(folder, 32, SEQUENCES, 8, 40);
  }

  /** A job of another size. */
  static Path write(Path folder, int units, int sequences, int shortest, int longest)
      throws IOException {
    Random random = new Random(5);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < sequences; i++) {
      int length = shortest + random.nextInt(longest - shortest + 1);
      StringBuilder text = new StringBuilder();
      int balance = 0;
      for (int t = 0; t < length; t++) {
        char letter = (char) ('a' + random.nextInt(6));
        balance += letter == 'a' ? 1 : letter == 'b' ? -1 : 0;
        text.append(letter);
      }
      rows.append(balance > 0 ? "more-a" : "not-more-a").append('\t').append(text).append('\n');
    }
    Path data = Files.writeString(folder.resolve("train.tsv"), rows);
    String job =
        """
        data {
          format = delimited
          train = "%s"
          valid = 0.1
          input { column = 1, tokens = characters }
          target.column = 0
        }
        model {
          topology = many-to-one
          embedding = 8
          layers = [ { cell = lstm, units = %d, dropout = 0.2 } ]
        }
        training {
          epochs = %d
          batch-size = 64
          clip-norm = 5
          optimizer { kind = adam, learning-rate = 0.01, schedule = cosine }
        }
        """
            .formatted(data, units, EPOCHS);
    return Files.writeString(folder.resolve("small.conf"), job);
  }

  /** SHA-256 of the model that a run wrote. */
  static String sha256(Path output) {
    try {
      byte[] bytes = Files.readAllBytes(output.resolve("model/model.safetensors"));
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The last round that is in the metrics; 0 if none. */
  static long round(Path output) {
    return records(output, "round").stream()
        .mapToLong(each -> (Long) each.get("round"))
        .max()
        .orElse(0);
  }

  /** Whether a checkpoint is complete. */
  static boolean hasCheckpoint(Path output) {
    Path checkpoints = output.resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return false;
    }
    try (Stream<Path> each = Files.list(checkpoints)) {
      return each.anyMatch(path -> path.getFileName().toString().startsWith("round-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Map<String, Object>> records(Path output, String kind) {
    List<Map<String, Object>> records = new ArrayList<>();
    for (Map<String, Object> each : MetricsLog.read(Directory.at(output), "metrics.jsonl")) {
      if (kind.equals(each.get("kind"))) {
        records.add(each);
      }
    }
    return records;
  }

  /**
   * What a run measured, without times: one record per round, in order, none missing; likewise
   * epochs.
   */
  static List<Map<String, Object>> expectRounds(Path output) {
    List<Map<String, Object>> all = new ArrayList<>();
    List<Map<String, Object>> rounds = records(output, "round");
    List<Map<String, Object>> epochs = records(output, "epoch");
    assertEquals(numbers(ROUNDS), rounds.stream().map(each -> each.get("round")).toList());
    assertEquals(numbers(EPOCHS), epochs.stream().map(each -> each.get("epoch")).toList());
    Stream.concat(rounds.stream(), epochs.stream())
        .forEach(
            each -> {
              Map<String, Object> timeless = new LinkedHashMap<>(each);
              timeless.keySet().removeIf(key -> key.endsWith("seconds") || key.endsWith("second"));
              all.add(timeless);
            });
    return all;
  }

  private static List<Object> numbers(int count) {
    List<Object> numbers = new ArrayList<>();
    for (long n = 1; n <= count; n++) {
      numbers.add(n);
    }
    return numbers;
  }
}
