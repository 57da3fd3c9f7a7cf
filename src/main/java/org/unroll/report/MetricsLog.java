package org.unroll.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.unroll.store.Directory;
import org.unroll.store.Json;
import org.unroll.store.JsonText;
import org.unroll.store.StoreException;

/**
 * The metrics of a run: one JSON object per line, in the order of the events, each on disk before
 * the next begins.
 *
 * <p>Keys are in kebab-case. A number that is not finite is written as null, because JSON has no
 * other form for it. Methods may be called by several threads.
 */
public final class MetricsLog implements AutoCloseable {
  /** Key of the epoch, from 1. */
  public static final String EPOCH = "epoch";

  /** Key of the round, counted since the beginning of training. */
  public static final String ROUND = "round";

  private static final Pattern KEY = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final int MAXIMUM_BYTES = 1 << 30;

  private final Directory directory;
  private final String name;
  private final OutputStream out;
  private long records;

  private MetricsLog(Directory directory, String name, List<Map<String, Object>> kept) {
    this.directory = directory;
    this.name = name;
    this.records = kept.size();
    var text = new StringBuilder();
    for (Map<String, Object> entry : kept) {
      text.append(JsonText.line(entry)).append('\n');
    }
    // A new file instead of a shorter old one: the dead writer may still hold the old one open.
    directory.writeText(name, text.toString());
    this.out = directory.append(name);
  }

  /**
   * Begins an empty log, in place of any that was there.
   *
   * @throws StoreException if it cannot be written
   */
  public static MetricsLog create(Directory directory, String name) {
    return new MetricsLog(directory, name, List.of());
  }

  /**
   * Goes on with a log after a number of records; what follows them is dropped. Without a log it
   * begins one.
   *
   * @throws StoreException if the log cannot be read or written
   */
  public static MetricsLog resume(Directory directory, String name, long records) {
    List<Map<String, Object>> all = read(directory, name);
    return new MetricsLog(directory, name, all.subList(0, (int) Math.min(records, all.size())));
  }

  /**
   * Reads a log. A last line without its end, which a killed run leaves, is passed over.
   *
   * @return records in order; none if there is no log
   * @throws StoreException if a line is not a JSON object
   */
  public static List<Map<String, Object>> read(Directory directory, String name) {
    var entries = new ArrayList<Map<String, Object>>();
    if (!directory.exists(name)) {
      return entries;
    }
    byte[] bytes = directory.readBytes(name, MAXIMUM_BYTES);
    int begin = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        String line = new String(bytes, begin, i - begin, StandardCharsets.UTF_8);
        String place = directory.location(name) + " record " + (entries.size() + 1);
        entries.add(Json.parseObject(line, place));
        begin = i + 1;
      }
    }
    return entries;
  }

  /**
   * Writes one record.
   *
   * @param entry numbers, texts, truth values, lists and maps of them
   * @throws IllegalArgumentException if a key is not in kebab-case
   * @throws StoreException if it cannot be written
   */
  public synchronized void append(Map<String, ?> entry) {
    var checked = new LinkedHashMap<String, Object>();
    for (Map.Entry<String, ?> field : entry.entrySet()) {
      if (!KEY.matcher(field.getKey()).matches()) {
        throw new IllegalArgumentException(
            "metric must be named in kebab-case, got " + field.getKey());
      }
      checked.put(field.getKey(), finiteOrNull(field.getValue()));
    }
    try {
      out.write((JsonText.line(checked) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      records++;
    } catch (IOException e) {
      throw new StoreException(
          "cannot write "
              + directory.location(name)
              + ": "
              + e.getMessage()
              + "; free space there or choose another output.dir",
          e);
    }
  }

  private static Object finiteOrNull(Object value) {
    boolean real = value instanceof Double || value instanceof Float;
    return real && !Double.isFinite(((Number) value).doubleValue()) ? null : value;
  }

  /** Records in the log. */
  public synchronized long records() {
    return records;
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new StoreException(
          "cannot write " + directory.location(name) + ": " + e.getMessage(), e);
    }
  }
}
