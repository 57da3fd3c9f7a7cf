package org.unroll.spark;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.unroll.config.Problem;
import org.unroll.data.BadRowException;
import org.unroll.data.Content;
import org.unroll.data.DataException;
import org.unroll.data.RawRecord;

/** The wanted columns of the row that is being read. */
final class ParquetRow extends RecordMaterializer<ParquetRow> {
  private final List<String> names;
  private final int nullable;
  private final List<String> read;
  private final MessageType schema;
  private final List<ParquetColumn> columns = new ArrayList<>();
  private final GroupConverter root =
      new GroupConverter() {
        @Override
        public Converter getConverter(int field) {
          return columns.get(field).converter();
        }

        @Override
        public void start() {
          columns.forEach(ParquetColumn::clear);
        }

        @Override
        public void end() {}
      };

  /**
   * @param all what the file has
   * @param names of the wanted columns, which may be wanted more than once
   * @param nullable number of the one that may be null, where numbers may be missing; -1 for none
   * @param file for messages
   */
  ParquetRow(MessageType all, List<String> names, int nullable, String file) {
    this.names = names;
    this.nullable = nullable;
    read = List.copyOf(new LinkedHashSet<>(names));
    List<Type> types = new ArrayList<>();
    for (String name : read) {
      if (!all.containsField(name)) {
        throw new DataException(
            new Problem(
                "a column that the job names must be one of the columns "
                    + all.getFields().stream().map(Type::getName).toList(),
                "'" + name + "'",
                file,
                "check the columns of the job; names are told apart by case"));
      }
      requireOnce(all, name, file);
      types.add(all.getType(name));
      boolean mayBeNull = nullable >= 0 && names.get(nullable).equals(name);
      columns.add(new ParquetColumn(all.getType(name), mayBeNull, file));
    }
    schema = new MessageType(all.getName(), types);
  }

  private static void requireOnce(MessageType all, String name, String file) {
    if (all.getFields().stream().filter(each -> each.getName().equals(name)).count() > 1) {
      throw new DataException(
          new Problem(
              "a column that the job names must be there once",
              "'" + name + "', which is there twice",
              file,
              "rename one of the columns"));
    }
  }

  /** The columns that are read, a part of the file's. */
  MessageType schema() {
    return schema;
  }

  /** The row that was read last. */
  RawRecord record(long index) {
    Content[] cells = new Content[names.size()];
    BadRowException defect = null;
    for (int i = 0; i < cells.length; i++) {
      try {
        ParquetColumn column = columns.get(read.indexOf(names.get(i)));
        cells[i] = i == nullable && column.isNull() ? Content.MISSING : column.content();
      } catch (BadRowException e) {
        defect = defect == null ? e : defect;
      }
    }
    return RawRecord.ofCells(index, cells, defect);
  }

  @Override
  public ParquetRow getCurrentRecord() {
    return this;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }
}
