package org.unroll.spark;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.parquet.ParquetRuntimeException;
import org.unroll.config.Problem;
import org.unroll.data.DataException;

/** Says in one line why a file cannot be read, and what to do. */
final class Unreadable {
  private Unreadable() {}

  /**
   * What to tell the user. The cause stays behind: it would have to travel from task to driver,
   * which not every exception can.
   *
   * @param place the file
   */
  static DataException because(String place, Throwable e) {
    String name =
        isOfReader(e) && e.getMessage() != null ? e.getClass().getSimpleName() + ": " : "";
    return new DataException(
        new Problem("data must be readable", "'" + name + firstLine(e) + "'", place, remedy(e)));
  }

  /** The first line of an exception's message; its class if it has none. */
  static String firstLine(Throwable e) {
    if (e instanceof AccessDeniedException) {
      return "Permission denied";
    }
    String message = e.getMessage() == null ? "" : e.getMessage().strip();
    return message.isEmpty()
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /** Whether it was thrown by a reader that stumbled over what it read. */
  private static boolean isOfReader(Throwable e) {
    return e instanceof RuntimeException
        && !(e instanceof ParquetRuntimeException)
        && e.getClass() != RuntimeException.class;
  }

  private static String remedy(Throwable e) {
    if (e instanceof AccessDeniedException
        || e instanceof AccessControlException
        || firstLine(e).contains("Permission denied")) {
      return "give this user the right to read it, on every machine";
    }
    if (e instanceof FileNotFoundException) {
      return "it must be there on every machine, and stay until all is read";
    }
    if (e instanceof UnknownHostException) {
      return "correct the name of the host: it cannot be found";
    }
    if (e instanceof UnsupportedFileSystemException
        || e.getCause() instanceof ClassNotFoundException) {
      return "correct the path, or give Spark the jar of that file system, as with --packages";
    }
    if (e instanceof EOFException
        || e instanceof ZipException
        || e instanceof ParquetRuntimeException
        || isOfReader(e)) {
      return "the file is damaged or cut short; copy or write it again";
    }
    return "check that the file is whole and may be read by this user on every machine";
  }
}
