package org.unroll.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;
import org.unroll.config.JobException;
import org.unroll.config.Problem;
import org.unroll.data.DataException;
import org.unroll.spark.SparkErrors;
import org.unroll.store.Location;
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
  private static final String TOO_LARGE =
      "the results of a Spark job are more than "
          + SparkErrors.MAX_RESULT_SIZE
          + " allows the driver to get, or were lost; raise it (--conf "
          + SparkErrors.MAX_RESULT_SIZE
          + "=4g, 0 is no limit)";

  private final Interrupts interrupts;
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** The commands, out of reach of signals. */
  public Main() {
    this(new Interrupts());
  }

  private Main(Interrupts interrupts) {
    this.interrupts = interrupts;
  }

  /** Runs a command and ends the process with its {@link ExitCode}. */
  public static void main(String[] args) {
    Encoding.avoidAscii();
    // Closed only where the process is not ours to end; else a signal counts to the very end.
    try (Interrupts interrupts = Interrupts.listen()) {
      Exit.with(run(interrupts, args));
    }
  }

  /** Runs a command that no signal reaches; its exit code. */
  static int run(String... args) {
    try (Interrupts interrupts = new Interrupts()) {
      return run(interrupts, args);
    }
  }

  private static int run(Interrupts interrupts, String... args) {
    PrintWriter err = new PrintWriter(System.err, true, Encoding.ofOutput());
    Optional<Problem> unreadable = Encoding.unreadable(args, Location.ENCODING);
    if (unreadable.isPresent()) {
      err.println("unroll: " + unreadable.get());
      return ExitCode.USAGE;
    }
    CommandLine commands =
        new CommandLine(new Main(interrupts))
            .setOut(new PrintWriter(System.out, true, Encoding.ofOutput()))
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            // A value that begins with @, such as a prompt, is not the name of a file of arguments.
            .setExpandAtFiles(false)
            .setExecutionExceptionHandler((e, command, parsed) -> report(e, command));
    int code = commands.execute(args);
    // A failure stays one, whoever wanted to stop meanwhile.
    return code == ExitCode.DONE && interrupts.requested() ? ExitCode.INTERRUPTED : code;
  }

  /** The wish to stop, as the command that this is part of gets it. */
  static Interrupts interrupts(CommandLine.Model.CommandSpec command) {
    return ((Main) command.root().userObject()).interrupts;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Tells the user what went wrong; with all of Spark's wrapping only where it is a surprise. */
  private static int report(Exception e, CommandLine command) {
    if (interrupts(command.getCommandSpec()).leaves()) {
      // Spark has been stopped under the command; the user has been told why.
      return ExitCode.INTERRUPTED;
    }
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
    if (!expected && SparkErrors.isResultTooLarge(cause)) {
      command.getErr().println("unroll: " + TOO_LARGE);
      return ExitCode.FAILED;
    }
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
