package org.unroll.spark;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.schema.MessageType;
import org.unroll.data.RawRecord;
import org.unroll.data.RecordReader;

/**
 * The rows of a stretch of a Parquet file: of those row groups whose middle lies in it, so that
 * each is read by one task however the file is cut. A row is known by its number in the file.
 */
final class ParquetRecords implements RecordReader, Closeable {
  private final ParquetFileReader file;
  private final MessageColumnIO columns;
  private final ParquetRow row;
  private org.apache.parquet.io.RecordReader<ParquetRow> rows;
  private long index;
  private long left;

  /**
   * Opens a file.
   *
   * @param names of the wanted columns; only these are read
   * @param nullable number of the one that may be null, where numbers may be missing; -1 for none
   * @throws IOException if it cannot be read
   * @throws org.unroll.data.DataException if it is no Parquet file, is compressed in a way that is
   *     not there, or has not all of the columns, or one of a type that is not read
   */
  ParquetRecords(Configuration hadoop, ReadUnit unit, List<String> names, int nullable)
      throws IOException {
    file = ParquetInput.open(hadoop, unit);
    try {
      MessageType all = file.getFileMetaData().getSchema();
      row = new ParquetRow(all, names, nullable, unit.file().name());
      file.setRequestedSchema(row.schema());
      ParquetInput.requireCodecs(hadoop, file, row.schema(), unit.file().name());
      columns =
          new ColumnIOFactory(file.getFileMetaData().getCreatedBy()).getColumnIO(row.schema(), all);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public RawRecord next() throws IOException {
    while (left == 0) {
      PageReadStore group = file.readNextRowGroup();
      if (group == null) {
        return null;
      }
      left = group.getRowCount();
      index =
          group
              .getRowIndexOffset()
              .orElseThrow(() -> new IOException("the file does not number its rows"));
      rows = columns.getRecordReader(group, row);
    }
    left--;
    return rows.read().record(index++);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
