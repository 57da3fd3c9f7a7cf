package org.unroll.spark;

import java.io.IOException;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.unroll.config.DataConfig;
import org.unroll.config.Problem;
import org.unroll.data.Columns;
import org.unroll.data.DataException;
import org.unroll.data.Intake;
import org.unroll.data.RawRecord;
import org.unroll.data.Reject;
import org.unroll.data.Role;
import org.unroll.text.Counts;

/**
 * The first rows of files, which the driver reads itself: they show the columns of delimited files
 * before any task starts, and whether a bad row is an exception or what many rows are like. What
 * they show depends on the files only, not on how tasks cut them.
 */
final class FirstRows {
  /** Rows that are looked at to judge what is usual. */
  private static final int ROWS = 200;

  /**
   * From this share on, rows are no exceptions: translations often have equal lengths by chance.
   */
  private static final double MANY = 0.2;

  private final Configuration hadoop;
  private final Map<Role, List<InputFile>> files;
  private final int fields;
  private final ReadSettings settings;

  FirstRows(Configuration hadoop, DatasetRequest request, Map<Role, List<InputFile>> files) {
    this.hadoop = hadoop;
    this.files = files;
    fields = request.inputs() == null ? 0 : request.inputs().columns();
    ReadSettings blind =
        new ReadSettings(request.data(), request.valid(), request.predicted(), new Columns[0]);
    settings =
        new ReadSettings(request.data(), request.valid(), request.predicted(), columns(blind));
  }

  /** What tasks must know, columns included. */
  ReadSettings settings() {
    return settings;
  }

  /** The columns of the files of each role, which may differ in order if they are named. */
  private Columns[] columns(ReadSettings blind) {
    DataConfig data = blind.data();
    Columns[] columns = new Columns[Role.values().length];
    boolean delimited = data.format() == DataConfig.Format.DELIMITED;
    for (Role role : files.keySet()) {
      columns[role.ordinal()] = delimited ? delimited(blind, role) : Columns.of(data);
      if (delimited && !data.header()) {
        // The same numbers mean the same columns.
        Arrays.fill(columns, columns[role.ordinal()]);
        break;
      }
    }
    return columns;
  }

  /** A model that knows columns by number must find the fields that it was trained on. */
  private void requireSameFields(Columns columns) {
    if (fields > 0 && columns.width() != fields) {
      throw new DataException(
          new Problem(
              "rows must have the "
                  + Counts.of(fields, "field")
                  + " of the training data, for columns are given by number",
              Counts.of(columns.width(), "field"),
              columns.like(),
              "give files with the same columns"));
    }
  }

  private Columns delimited(ReadSettings blind, Role role) {
    TextInput input = TextInput.of(hadoop, blind.data());
    boolean empty = true;
    for (InputFile file : files.get(role)) {
      ReadUnit whole = new ReadUnit(role, file, 0, Long.MAX_VALUE);
      try (PushbackInputStream in = new PushbackInputStream(input.open(file, 0))) {
        int first = in.read();
        if (first < 0) {
          // A compressed file has a length even if there is nothing in it.
          continue;
        }
        empty = false;
        in.unread(first);
        List<RawRecord> beginning = Columns.beginning(blind.data(), blind.reader(whole, in));
        if (!beginning.isEmpty()) {
          Columns columns = Columns.of(blind.data(), beginning, file.name());
          requireSameFields(columns);
          return columns;
        }
      } catch (DataException e) {
        throw e;
      } catch (IOException | RuntimeException | LinkageError e) {
        throw Unreadable.because(file.name(), e);
      }
    }
    if (empty) {
      throw InputFiles.empty(role.key(), files.get(role));
    }
    return Columns.ofNoRows(blind.data());
  }

  /**
   * How many of the first rows of a bad row's file are bad for the same reason, such as {@code 7 of
   * the first 9 rows}; empty if there are so few that each is an exception.
   */
  String like(Reject bad) {
    Role role = files.containsKey(bad.role()) ? bad.role() : Role.TRAIN;
    InputFile file =
        files.get(role).stream()
            .filter(each -> each.name().equals(bad.file()))
            .findFirst()
            .orElseThrow();
    Intake first =
        RowCursor.first(ROWS, settings, hadoop, new ReadUnit(role, file, 0, Long.MAX_VALUE));
    long alike = 0;
    long empty = 0;
    for (Role each : Role.values()) {
      alike += first.counts(each).reasons().getOrDefault(bad.reason(), 0L);
      empty += first.counts(each).empty();
    }
    long rows = first.read() - empty;
    return alike > 1 && alike >= MANY * rows
        ? String.format(Locale.ROOT, "%,d of the first %,d rows", alike, rows)
        : "";
  }
}
