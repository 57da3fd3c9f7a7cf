package org.unroll.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.DataConfig.Format;
import org.unroll.config.ValidSource;
import org.unroll.data.Role;
import org.unroll.data.SegmentReader;

/** Cuts files into stretches and packs the stretches into tasks of about equal size. */
final class ReadPlan {
  private static final long LARGEST_TASK = 64L << 20;
  private static final long SMALLEST_TASK = 256L << 10;

  /** Opening a file costs about as much as reading this many bytes. */
  private static final long OPEN_COST = 32L << 10;

  private final DataConfig data;
  private final ValidSource valid;

  ReadPlan(DataConfig data, ValidSource valid) {
    this.data = data;
    this.valid = valid;
  }

  /**
   * Plans the reading of all files.
   *
   * @param parallelism tasks that run at once
   * @param decompressedLengths of compressed streams whose end is validation data, by uri
   */
  List<ReadTask> tasks(
      Map<Role, List<InputFile>> files, int parallelism, Map<String, Long> decompressedLengths) {
    long total = 0;
    for (List<InputFile> each : files.values()) {
      for (InputFile file : each) {
        total += file.length() + OPEN_COST;
      }
    }
    long target = Math.max(SMALLEST_TASK, Math.min(LARGEST_TASK, total / (2L * parallelism)));
    return pack(units(files, target, decompressedLengths), target);
  }

  private List<ReadUnit> units(
      Map<Role, List<InputFile>> files, long target, Map<String, Long> decompressedLengths) {
    List<ReadUnit> units = new ArrayList<>();
    files.forEach(
        (role, each) -> {
          for (InputFile file : each) {
            if (file.length() == 0) {
              continue;
            }
            if (data.format() == Format.STREAM) {
              stream(role, file, target, decompressedLengths, units);
            } else {
              rows(role, file, target, units);
            }
          }
        });
    return units;
  }

  private void rows(Role role, InputFile file, long target, List<ReadUnit> units) {
    boolean numbered =
        role == Role.TRAIN && valid instanceof ValidSource.Rows && data.format() != Format.PARQUET;
    boolean csv =
        data.format() == Format.DELIMITED
            && data.delimiter().of(file.relative()) == Delimiter.COMMA;
    if (file.compressed() || csv || numbered) {
      units.add(new ReadUnit(role, file, 0, Long.MAX_VALUE));
    } else {
      cut(role, file, 0, file.length(), target, units);
    }
  }

  private void stream(
      Role role,
      InputFile file,
      long target,
      Map<String, Long> decompressedLengths,
      List<ReadUnit> units) {
    long end = Long.MAX_VALUE;
    if (role == Role.TRAIN && valid instanceof ValidSource.Tail tail) {
      long length = file.compressed() ? decompressedLengths.get(file.uri()) : file.length();
      end = (long) Math.floor(length * (1 - tail.fraction()));
      units.add(new ReadUnit(Role.VALID, file, end, Long.MAX_VALUE));
    }
    if (role != Role.TRAIN || file.compressed()) {
      units.add(new ReadUnit(role, file, 0, end));
      return;
    }
    // Whole segments, so that they begin at the same places however many tasks there are.
    long segments = Math.max(1, target / SegmentReader.SEGMENT_BYTES);
    long step = segments * SegmentReader.SEGMENT_BYTES;
    cut(role, file, 0, Math.min(end, file.length()), step, units);
  }

  private static void cut(
      Role role, InputFile file, long from, long to, long step, List<ReadUnit> units) {
    for (long start = from; start < to; start += step) {
      units.add(new ReadUnit(role, file, start, Math.min(to, start + step)));
    }
  }

  private static List<ReadTask> pack(List<ReadUnit> units, long target) {
    List<ReadTask> tasks = new ArrayList<>();
    List<ReadUnit> packed = new ArrayList<>();
    long size = 0;
    for (ReadUnit unit : units) {
      long cost = unit.cost() + OPEN_COST;
      if (!packed.isEmpty() && size + cost > target + OPEN_COST) {
        tasks.add(new ReadTask(List.copyOf(packed)));
        packed.clear();
        size = 0;
      }
      packed.add(unit);
      size += cost;
    }
    if (!packed.isEmpty()) {
      tasks.add(new ReadTask(List.copyOf(packed)));
    }
    return tasks;
  }
}
