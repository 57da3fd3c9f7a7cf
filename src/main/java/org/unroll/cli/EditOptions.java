package org.unroll.cli;

import java.util.HashSet;
import java.util.Set;
import org.unroll.store.EditedFile;
import org.unroll.store.StoreException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Option of the commands that read a model: whether its files may have been edited. */
final class EditOptions implements EditedFile {
  @Option(
      names = EditedFile.OPTION,
      description =
          "Takes a model whose weights or vocabularies are not those that were written with its"
              + " config.json, with a warning.")
  private boolean accepted;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private final Set<String> told = new HashSet<>();

  @Override
  public void found(StoreException difference) {
    if (!accepted) {
      throw difference;
    }
    if (told.add(difference.getMessage())) {
      command.commandLine().getErr().println("warning: " + difference.getMessage());
    }
  }
}
