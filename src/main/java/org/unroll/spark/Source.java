package org.unroll.spark;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.unroll.config.DataConfig.Format;
import org.unroll.data.Columns;
import org.unroll.data.RecordReader;

/** The records of a stretch of a file, and what has to be closed after them. */
record Source(RecordReader records, Closeable file) implements Closeable {
  /** Opens a stretch. */
  static Source open(Configuration hadoop, ReadSettings settings, ReadUnit unit)
      throws IOException {
    if (settings.data().format() == Format.PARQUET) {
      Columns columns = settings.columns()[unit.role().ordinal()];
      int nullable = columns.nullable(settings.predicted().type());
      ParquetRecords records = new ParquetRecords(hadoop, unit, columns.names(), nullable);
      return new Source(records, records);
    }
    InputStream in =
        TextInput.of(hadoop, settings.data()).open(unit.file(), settings.position(unit));
    return new Source(settings.reader(unit, in), in);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
