#!/usr/bin/env bash
# The value of an option that begins with @, such as a name: --prompt @reader.
#
# Expected: the option's value is the text @reader. Files of arguments (@file) are known, in the
# place of arguments.
# Seen: picocli replaces every word that begins with @, also where it is the value of an option, by
# what is in the file of that name, cut into words: the same command line means something else
# where such a file stands in the working directory, and nothing is said. --prompt=@reader is
# left alone, @@reader means @reader only where it stands alone.
#
# Versions: picocli 4.7.7.
# For Unroll: prompts of generate are free text, so files of arguments must be off
# (setExpandAtFiles(false)).
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

java_with info.picocli:picocli:4.7.7
java_run <<'PROGRAM'
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

@CommandLine.Command
public class Finding implements Runnable {
  @CommandLine.Option(names = "--prompt")
  String prompt;

  @CommandLine.Option(names = "--length", defaultValue = "100")
  int length;

  @Override
  public void run() {
    System.out.println("  prompt '" + prompt + "', length " + length);
  }

  public static void main(String[] arguments) throws Exception {
    show("no file of that name", "--prompt", "@reader");
    Files.writeString(Path.of("reader"), "hello --length 5");
    show("a file of that name", "--prompt", "@reader");
    show("a file, with =", "--prompt=@reader");
    show("a file, with @@", "--prompt", "@@reader");
    show("a file, with = and @@", "--prompt=@@reader");
  }

  private static void show(String what, String... arguments) {
    System.out.println(what + ": " + String.join(" ", arguments));
    new CommandLine(new Finding()).execute(arguments);
  }
}
PROGRAM
expect <<'SEEN'
no file of that name: --prompt @reader
  prompt '@reader', length 100
a file of that name: --prompt @reader
  prompt 'hello', length 5
a file, with =: --prompt=@reader
  prompt '@reader', length 100
a file, with @@: --prompt @@reader
  prompt '@reader', length 100
a file, with = and @@: --prompt=@@reader
  prompt '@@reader', length 100
SEEN
