package org.unroll.spark;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.unroll.config.DataConfig.BadRows;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.data.BadRowException;
import org.unroll.data.DataException;
import org.unroll.data.ExampleEncoder;
import org.unroll.data.Intake;
import org.unroll.data.RawRecord;
import org.unroll.data.Reject;
import org.unroll.data.Role;
import org.unroll.data.RowParser;
import org.unroll.data.TokenRow;

/**
 * Goes through the rows of a task's stretches and keeps account of every record. Bad rows do not
 * throw: they are reported with the results, so that the first one by place is named, whichever
 * task was faster, and no task is tried again for what a second try cannot mend.
 */
final class RowCursor {
  private final ReadSettings settings;
  private final Configuration hadoop;
  private final Iterator<ReadUnit> units;
  private final Intake intake;
  private final RowParser[] parsers = new RowParser[Role.values().length];
  private final boolean stopAtBadRow;

  private ReadUnit unit;
  private Source source;
  private Delimiter delimiter;
  private long fileId;
  private RawRecord record;
  private Role role;
  private TokenRow row;
  private long left;

  /**
   * @param keep how many rejected rows are kept to be shown
   */
  RowCursor(ReadSettings settings, Configuration hadoop, ReadTask task, int keep) {
    this(settings, hadoop, task, keep, settings.data().badRows() == BadRows.FAIL, Long.MAX_VALUE);
  }

  private RowCursor(
      ReadSettings settings,
      Configuration hadoop,
      ReadTask task,
      int keep,
      boolean stopAtBadRow,
      long records) {
    this.settings = settings;
    this.hadoop = hadoop;
    units = task.units().iterator();
    intake = new Intake(keep);
    this.stopAtBadRow = stopAtBadRow;
    left = records;
    for (Role each : Role.values()) {
      parsers[each.ordinal()] = settings.parser(each);
    }
    TaskContext context = TaskContext.get();
    if (context != null) {
      context.addTaskCompletionListener((TaskCompletionListener) done -> close());
    }
  }

  /** The account of the first records of a stretch, bad ones among them. */
  static Intake first(int records, ReadSettings settings, Configuration hadoop, ReadUnit unit) {
    ReadTask task = new ReadTask(List.of(unit));
    RowCursor rows = new RowCursor(settings, hadoop, task, 1, false, records);
    try {
      while (rows.advance()) {
        rows.used(1);
      }
    } finally {
      rows.close();
    }
    return rows.intake();
  }

  /**
   * Moves to the next row that is neither empty nor bad. The caller must answer each with {@link
   * #used} or {@link #reject}.
   */
  boolean advance() {
    while (left > 0 && nextRecord()) {
      left--;
      if (settings.isHeader(record)) {
        settings.columns()[unit.role().ordinal()].check(
            settings.data(), record, unit.file().name());
        continue;
      }
      role = settings.role(unit, record);
      try {
        row = parsers[role.ordinal()].parse(record, delimiter);
        if (row != null && row.steps() > 0) {
          role = settings.role(role, row);
          return true;
        }
        intake.empty(role, row != null);
      } catch (BadRowException e) {
        reject(e);
      }
    }
    return false;
  }

  Role role() {
    return role;
  }

  TokenRow row() {
    return row;
  }

  RowParser parser() {
    return parsers[role.ordinal()];
  }

  /** Identity of the row's file. */
  long fileId() {
    return fileId;
  }

  /** Offset of the row in its file. */
  long offset() {
    return record.offset();
  }

  /** The account of all records so far. */
  Intake intake() {
    return intake;
  }

  /** The current row became so many sequences. */
  void used(int sequences) {
    intake.used(role, sequences, !row.whole());
  }

  /** Labels of the current row are not in the vocabulary. */
  void unknownLabels(List<String> labels) {
    intake.unknownLabels(role, labels);
  }

  /** The current row turned out to be bad. */
  void reject(BadRowException why) {
    intake.rejected(Reject.of(role, unit.file().name(), record, why));
    left = stopAtBadRow ? 0 : left;
  }

  private boolean nextRecord() {
    while (true) {
      if (source == null && !open()) {
        return false;
      }
      try {
        record = source.records().next();
      } catch (DataException e) {
        throw e;
      } catch (IOException | RuntimeException | LinkageError e) {
        throw Unreadable.because(unit.file().name(), e);
      }
      if (record != null) {
        return true;
      }
      close();
    }
  }

  private boolean open() {
    if (!units.hasNext()) {
      return false;
    }
    unit = units.next();
    delimiter = settings.delimiter(unit.file());
    fileId = ExampleEncoder.fileId(unit.file().relative());
    try {
      source = Source.open(hadoop, settings, unit);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw Unreadable.because(unit.file().name(), e);
    }
    return true;
  }

  private void close() {
    if (source != null) {
      Source closing = source;
      source = null;
      try {
        closing.close();
      } catch (IOException e) {
        throw Unreadable.because(unit.file().name(), e);
      }
    }
  }
}
