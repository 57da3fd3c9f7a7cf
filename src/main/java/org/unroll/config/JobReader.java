package org.unroll.config;

import com.typesafe.config.ConfigObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads job files. All problems of a file are found at once and thrown as one {@link JobException};
 * only a file that is not HOCON stops the search, because nothing after the mistake can be trusted.
 */
public final class JobReader {
  /** The largest job file read, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  private JobReader() {}

  /**
   * Reads a job file in UTF-8.
   *
   * @param file the file; its name without {@code .conf} is the job's name
   * @param overrides {@code key=value}, as after {@code --set}; later ones win over earlier ones.
   *     The key's type decides how the value is read: text is taken as it is, lists are HOCON, and
   *     an empty value takes the key out of the job
   * @return the job, every default filled in
   * @throws JobException if the file cannot be read, or with everything that is wrong in it
   */
  public static Job read(Path file, List<String> overrides) {
    return read(text(file), file.toString(), overrides);
  }

  /**
   * Reads a job from text.
   *
   * @param text HOCON
   * @param originName the file name in messages; its last part without {@code .conf} is the job's
   *     name
   * @param overrides as in {@link #read(Path, List)}
   * @return the job, every default filled in
   * @throws JobException with everything that is wrong in the text or the overrides
   */
  public static Job read(String text, String originName, List<String> overrides) {
    if (text.length() > MAX_BYTES) {
      throw tooLarge(originName, text.length());
    }
    ConfigObject parsed = HoconText.parse(text, originName);
    Problems problems = new Problems(originName);
    ConfigObject root = new Overrides(problems).apply(parsed, overrides);
    Job.Sections sections = new TreeReader(problems).read(root);
    problems.throwIfAny();
    return new Job(
        nameOf(originName),
        sections.data(),
        sections.model(),
        sections.training(),
        sections.validation(),
        sections.sync(),
        sections.checkpoint(),
        sections.output());
  }

  private static String nameOf(String originName) {
    String file = originName.substring(originName.replace('\\', '/').lastIndexOf('/') + 1);
    return file.endsWith(".conf") ? file.substring(0, file.length() - ".conf".length()) : file;
  }

  private static String text(Path file) {
    String name = file.toString();
    if (!Files.exists(file)) {
      throw failure(
          "the job file must exist",
          name,
          name.startsWith("~") || name.contains("$")
              ? "write the whole path: only a shell replaces ~ and $NAME, and only outside of"
                  + " quotes"
              : "check the path");
    }
    if (!Files.isRegularFile(file)) {
      throw failure("a job must be a file", name + ", which is not one", "check the path");
    }
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw tooLarge(name, size);
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw failure("a job file must be UTF-8", "other bytes in " + name, "save it as UTF-8");
    } catch (IOException e) {
      throw failure("the job file must be readable", e.toString(), "check its permissions");
    }
  }

  private static JobException tooLarge(String name, long size) {
    return failure("a job file may have at most " + MAX_BYTES + " bytes", size + " in " + name, "");
  }

  private static JobException failure(String rule, String value, String fix) {
    return new JobException(List.of(new Problem(rule, value, "", fix)));
  }
}
