package org.unroll.cli;

import java.util.Arrays;
import org.unroll.config.JobException;
import org.unroll.data.DataException;
import org.unroll.spark.SparkErrors;
import org.unroll.store.StoreException;
import org.unroll.train.TrainingException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line, {@code unroll}. */
@Command(
    name = "unroll",
    description = "Trains recurrent neural networks with Apache Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CheckCommand.class,
      GradcheckCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      GenerateCommand.class,
      InspectCommand.class,
      SamplesCommand.class,
      BenchCommand.class
    })
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs a command and ends the process with its {@link ExitCode}. */
  public static void main(String[] args) {
    Exit.with(run(args));
  }

  /** Runs a command; its exit code. */
  static int run(String... args) {
    CommandLine commands =
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((e, command, parsed) -> report(e, command));
    return commands.execute(args);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Tells the user what went wrong; with all of Spark's wrapping only where it is a surprise. */
  private static int report(Exception e, CommandLine command) {
    Throwable cause = SparkErrors.unwrap(e);
    int code =
        cause instanceof JobException
            ? ExitCode.USAGE
            : cause instanceof DataException data ? data.exitCode() : ExitCode.FAILED;
    boolean expected =
        cause instanceof JobException
            || cause instanceof DataException
            || cause instanceof StoreException
            || cause instanceof TrainingException
            || cause instanceof UsageException;
    command.getErr().println("unroll: " + (expected ? cause.getMessage() : cause.toString()));
    if (!expected) {
      Arrays.stream(cause.getStackTrace())
          .limit(20)
          .forEach(frame -> command.getErr().println("    at " + frame));
      for (Throwable c = cause.getCause(); c != null && c != c.getCause(); c = c.getCause()) {
        command.getErr().println("  caused by " + c);
      }
    }
    command.getErr().flush();
    return cause instanceof UsageException ? ExitCode.USAGE : code;
  }
}
