package org.unroll.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.unroll.store.Directory;
import org.unroll.store.StoreException;

/**
 * Scalars for TensorBoard, in an event file of its format.
 *
 * <p>A file is a sequence of TFRecords (length, its masked CRC-32C, data, its masked CRC-32C), each
 * an {@code Event} protocol buffer; the few messages needed are encoded here by hand. Each event is
 * flushed, so that TensorBoard follows a running training. Methods may be called by several
 * threads.
 */
public final class TensorBoardLog implements AutoCloseable {
  /** What the names of event files begin with. */
  public static final String FILE_PREFIX = "events.out.tfevents.";

  private static final Pattern NAME =
      Pattern.compile(Pattern.quote(FILE_PREFIX) + "([0-9]{10})\\..*");

  private static final String FILE_VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int SESSION_START = 1;

  private final String place;
  private final Clock clock;
  private final OutputStream out;

  private TensorBoardLog(String place, OutputStream out, Clock clock) {
    this.place = place;
    this.out = out;
    this.clock = clock;
    append(event(0).text(3, FILE_VERSION));
  }

  private static TensorBoardLog open(Directory directory, String host, Clock clock) {
    String name = newName(directory, host, clock.instant());
    return new TensorBoardLog(directory.location(name), directory.append(name), clock);
  }

  /**
   * Begins the first event file of a run.
   *
   * @param host goes into the file's name, as TensorBoard's own writer does it
   * @throws StoreException if it cannot be written
   */
  public static TensorBoardLog create(Directory directory, String host, Clock clock) {
    TensorBoardLog log = open(directory, host, clock);
    log.start(0);
    log.flush();
    return log;
  }

  /**
   * Begins another event file for a run that resumes, and has TensorBoard forget what the killed
   * run wrote beyond that point.
   *
   * <p>TensorBoard's own reader forgets, for every tag, what it has at or after the step of a
   * session's start, of any but the first start it sees; its data server looks at no start, but
   * forgets for each tag what it has at or after the step of the next value. So each tag gets its
   * last kept value again, behind a start at the earliest of their steps.
   *
   * @param kept records of {@code metrics.jsonl} that are not measured again, in order
   * @throws StoreException if it cannot be written
   */
  public static TensorBoardLog resume(
      Directory directory, String host, Clock clock, List<Map<String, Object>> kept) {
    TensorBoardLog log = open(directory, host, clock);
    long from = lastOfEveryTag(kept);
    // Twice: to a reader that has seen none yet, the first one is the beginning of the run.
    log.start(from);
    log.start(from);
    for (Map<String, Object> record : kept) {
      if (step(record) >= from) {
        log.append(log.summary(step(record), Scalars.of(record)));
      }
    }
    log.flush();
    return log;
  }

  /** The least of the last steps of all tags; 0 if there are none. */
  private static long lastOfEveryTag(List<Map<String, Object>> records) {
    Map<String, Long> last = new HashMap<>();
    for (Map<String, Object> record : records) {
      Scalars.of(record).keySet().forEach(tag -> last.put(tag, step(record)));
    }
    return last.values().stream().mapToLong(Long::longValue).min().orElse(0);
  }

  private static long step(Map<String, Object> record) {
    return record.get(MetricsLog.ROUND) instanceof Long round ? round : 0;
  }

  /** {@code session_log { status: START }}. */
  private void start(long step) {
    append(event(step).message(7, new Message().integer(1, SESSION_START)));
  }

  /** TensorBoard reads files in the order of their names: a later one must sort behind. */
  private static String newName(Directory directory, String host, Instant now) {
    long seconds = now.getEpochSecond();
    for (Directory.Entry entry : directory.list()) {
      Matcher former = NAME.matcher(entry.name());
      if (former.matches()) {
        // The clock may be another machine's.
        seconds = Math.max(seconds, Long.parseLong(former.group(1)) + 1);
      }
    }
    String safeHost = host.replaceAll("[^A-Za-z0-9._-]", "-");
    return String.format(Locale.ROOT, "%s%010d.%s", FILE_PREFIX, seconds, safeHost);
  }

  /**
   * Writes the values of one step.
   *
   * @param step round, or whatever the horizontal axis is to count
   * @param scalars by name; a slash groups them
   * @throws StoreException if it cannot be written
   */
  public synchronized void scalars(long step, Map<String, ? extends Number> scalars) {
    append(summary(step, scalars));
    flush();
  }

  private Message summary(long step, Map<String, ? extends Number> scalars) {
    var summary = new Message();
    for (Map.Entry<String, ? extends Number> scalar : scalars.entrySet()) {
      summary.message(
          1, new Message().text(1, scalar.getKey()).real32(2, scalar.getValue().floatValue()));
    }
    return event(step).message(5, summary);
  }

  /** An event with its fields wall_time and step. */
  private Message event(long step) {
    Instant now = clock.instant();
    return new Message().real64(1, now.getEpochSecond() + now.getNano() * 1e-9).integer(2, step);
  }

  private void append(Message event) {
    byte[] data = event.toBytes();
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + data.length + 2 * Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(data.length);
    record.putInt(maskedCrc(record.array(), 0, Long.BYTES)).put(data);
    record.putInt(maskedCrc(data, 0, data.length));
    try {
      out.write(record.array());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private StoreException failure(IOException e) {
    return new StoreException("cannot write " + place + ": " + e.getMessage(), e);
  }

  /** CRC-32C, rotated and shifted: a checksum over data that holds checksums would be weak. */
  static int maskedCrc(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** A protocol buffer message under construction; each method adds one field by its number. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message integer(int field, long value) {
      tag(field, VARINT);
      varint(value);
      return this;
    }

    Message real64(int field, double value) {
      tag(field, FIXED_64);
      bytes.writeBytes(
          ByteBuffer.allocate(Double.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putDouble(value)
              .array());
      return this;
    }

    Message real32(int field, float value) {
      tag(field, FIXED_32);
      bytes.writeBytes(
          ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      return this;
    }

    Message text(int field, String value) {
      return delimited(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return delimited(field, value.toBytes());
    }

    private Message delimited(int field, byte[] value) {
      tag(field, LENGTH_DELIMITED);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private void tag(int field, int wireType) {
      varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }
  }
}
