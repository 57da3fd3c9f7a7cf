package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.store.Directory;
import org.unroll.store.Json;
import org.unroll.store.Model;
import org.unroll.store.OutputDirectory;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.train.SmallProblem;

/** What comes after training cannot hurt its result, and is made up for by the next attempt. */
class EpilogueTest {
  private static final Supplier<Model> NO_MODEL =
      () -> {
        throw new OutOfMemoryError("Java heap space");
      };
  private static final Supplier<Kernels> NO_KERNELS =
      () -> {
        throw new AssertionError("nothing to compute");
      };

  @TempDir Path folder;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final Interrupts interrupts = new Interrupts();

  private static Job job(String kind) {
    String labels =
        """
        data { format = delimited, train = unused, test = unused, input.column = 0, target.column = 1 }
        model { topology = many-to-one, layers = [ { cell = rnn, units = 2 } ] }
        training.epochs = 1
        """;
    String lines =
        """
        data { format = lines, train = unused }
        model { topology = many-to-many, layers = [ { cell = rnn, units = 2 } ] }
        training.epochs = 1
        """;
    return JobReader.read(kind.equals("labels") ? labels : lines, "j.conf", List.of());
  }

  private Directory directory() {
    return Directory.at(folder.resolve("run"));
  }

  private OutputDirectory open() {
    return OutputDirectory.open(directory(), OutputDirectory.Existing.RESUME);
  }

  private Map<String, Object> json() {
    return Json.readObject(directory(), "run.json");
  }

  private String said() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private RunFile finished(OutputDirectory output, Job job) {
    RunFile run = new RunFile(output);
    run.begin();
    run.owes(Epilogue.all(job));
    run.end(RunFile.FINISHED);
    return run;
  }

  @Test
  void aReportThatCannotBeWrittenIsOwedAndWrittenLater() {
    Job job = job("labels");
    try (OutputDirectory output = open()) {
      RunFile run = finished(output, job);
      assertEquals(List.of("test", "report"), json().get("owed"));
      // Where a full disk would be in the way in real life.
      directory().child("report.html").child("in-the-way").create();
      new Epilogue(job, output, run, interrupts, out).report(NO_MODEL, NO_KERNELS);
      new RunResult(output, run, out).tellReport();
    }
    assertFalse(said().contains("report in"), said());
    assertEquals("finished", json().get("outcome"));
    assertEquals(List.of("test", "report"), json().get("owed"));
    assertTrue(said().contains("warning: the report was not written: "), said());
    assertTrue(said().contains("the run is finished, --resume makes up for it"), said());

    directory().delete("report.html");
    try (OutputDirectory output = open()) {
      RunFile run = new RunFile(output);
      run.complete();
      Epilogue epilogue = new Epilogue(job, output, run, interrupts, out);
      assertFalse(epilogue.isDone());
      assertTrue(epilogue.owesTest());
      epilogue.report(NO_MODEL, NO_KERNELS);
    }
    assertEquals(List.of("test"), json().get("owed"));
    String report =
        new String(directory().readBytes("report.html", 1 << 20), StandardCharsets.UTF_8);
    assertTrue(report.contains("</html>"));
    assertFalse(report.contains("owed"), "what is owed is no figure of the run");
  }

  /** Deleted, or of a run of a release that did not say what it owes. */
  @Test
  void aReportThatIsMissingIsOwed() {
    Job job = job("labels");
    try (OutputDirectory output = open()) {
      RunFile run = finished(output, job);
      run.owes(List.of());
      Epilogue epilogue = new Epilogue(job, output, run, interrupts, out);
      assertFalse(epilogue.isDone());
      epilogue.report(NO_MODEL, NO_KERNELS);
      assertTrue(epilogue.isDone());
    }
    assertNull(json().get("owed"));
  }

  @Test
  void textsThatCannotBeWrittenDoNotKeepTheReportBack() {
    Job job = job("lines");
    try (OutputDirectory output = open()) {
      RunFile run = finished(output, job);
      Epilogue epilogue = new Epilogue(job, output, run, interrupts, out);
      epilogue.report(NO_MODEL, NO_KERNELS);
      assertTrue(epilogue.isDone());
      assertEquals(List.of(), epilogue.samples());
    }
    assertTrue(said().contains("warning: the model's texts are missing: Java heap space"), said());
  }

  /** Those that training was fast with: a large model would write for minutes on the others. */
  @Test
  void textsAreWrittenWithTheKernelsOfTraining() {
    SmallProblem problem = SmallProblem.manyToMany("ejml", 3);
    List<Kernels> asked = new ArrayList<>();
    try (OutputDirectory output = open()) {
      RunFile run = finished(output, problem.job());
      Epilogue epilogue = new Epilogue(problem.job(), output, run, interrupts, out);
      epilogue.report(
          () -> SavedRun.model(problem, problem.begin()),
          () -> {
            asked.add(new EjmlKernels());
            return asked.get(0);
          });
      assertEquals(problem.job().output().samples(), epilogue.samples().size());
    }
    assertEquals(1, asked.size());
  }
}
