package org.unroll.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Phases are told from names of classes and methods; each name used here must still exist. */
class PhaseTest {
  private static final String[] WORKER = {"train.ShardWorker.train", "nn.Network.train"};

  @Test
  void aCellIsForwardOrBackAndItsOuterProductsAreWeightGradients() throws Exception {
    for (String cell : new String[] {"RnnCell", "GruCell", "GruResetAfterCell", "LstmCell"}) {
      String[] forward = {"nn.layer.Recurrence.forward", "nn.cell." + cell + ".forward"};
      String[] back = {"nn.layer.Recurrence.backward", "nn.cell." + cell + ".backward"};
      assertEquals(Phase.RECURRENCE_FORWARD, inWorker(forward));
      assertEquals(Phase.RECURRENCE_FORWARD, inWorker(forward, "tensor.Kernels.multiply"));
      assertEquals(Phase.RECURRENCE_BACKWARD, inWorker(back));
      assertEquals(Phase.WEIGHT_GRADIENTS, inWorker(back, "tensor.Kernels.outer"));
      assertEquals(Phase.WEIGHT_GRADIENTS, inWorker(back, "tensor.Kernels.rowSums"));
    }
  }

  @Test
  void aProjectionIsNotTheRecurrenceThatCallsIt() throws Exception {
    String[] forward = {"nn.layer.Recurrence.forward", "nn.layer.DenseProjection.forward"};
    String[] back = {"nn.layer.Recurrence.backward", "nn.layer.DenseProjection.backward"};
    assertEquals(Phase.INPUT_PROJECTION, inWorker(forward, "tensor.Kernels.multiply"));
    assertEquals(Phase.INPUT_GRADIENT, inWorker(back, "tensor.Kernels.multiplyTransposed"));
    assertEquals(Phase.WEIGHT_GRADIENTS, inWorker(back, "tensor.Kernels.outer"));
    String[] symbols = {"nn.layer.Recurrence.backward", "nn.layer.SymbolProjection.backward"};
    assertEquals(Phase.WEIGHT_GRADIENTS, inWorker(symbols, "tensor.Kernels.scatterAdd"));
    String[] table = {"nn.layer.Recurrence.backward", "nn.layer.TableProjection.backward"};
    assertEquals(Phase.WEIGHT_GRADIENTS, inWorker(table, "tensor.Kernels.scatterAdd"));
    assertEquals(Phase.INPUT_PROJECTION, inWorker("nn.layer.TableProjection.forward"));
    assertEquals(Phase.INPUT_PROJECTION, inWorker("nn.layer.Embedding.forward"));
    assertEquals(Phase.WEIGHT_GRADIENTS, inWorker("nn.layer.Embedding.backward"));
  }

  @Test
  void headAndOtherLayersOwnTheirProducts() throws Exception {
    assertEquals(Phase.HEAD, inWorker("nn.head.SoftmaxHead.train", "tensor.Kernels.outer"));
    assertEquals(
        Phase.OTHER_LAYERS,
        inWorker("nn.layer.Dense.backward", "nn.layer.DenseProjection.backward"));
    assertEquals(Phase.OTHER_LAYERS, inWorker("nn.layer.Dropout.forward"));
    assertEquals(Phase.OTHER_LAYERS, inWorker("nn.layer.LastStep.forward"));
  }

  @Test
  void whatIsAroundTheNetworkHasItsPhases() throws Exception {
    assertEquals(Phase.BLOCK_FILL, of("train.ShardWorker.train", "batch.ShardOrder.fill"));
    assertEquals(Phase.PACK, of("nn.Network.bind", "tensor.Kernels.prepare"));
    assertEquals(Phase.WEIGHT_GRADIENTS, inWorker("tensor.Parameters.zero"));
    assertEquals(Phase.EXACT_SUM, of("train.ShardWorker.train", "train.GradientSum.add"));
    assertEquals(Phase.UPDATE, of("train.Trainer.round", "train.GradientSum.mean"));
    assertEquals(Phase.UPDATE, of("train.Trainer.round", "optim.Update.apply"));
    assertEquals(Phase.UPDATE, of("train.Trainer.round", "optim.Adam.step"));
    assertEquals(Phase.OTHER, of("train.Trainer.round"));
  }

  @Test
  void aPartOfAnothersProductIsHelping() throws Exception {
    for (String part : new String[] {"RowsOfStep", "SomeSteps", "RowsOfOuter"}) {
      String[] parts = {"tensor.SharedWork.take", "tensor.SharedProducts$" + part + ".compute"};
      String[] helper = {"tensor.Crew.help", parts[0], parts[1], "tensor.Products.outer"};
      assertEquals(Phase.HELPING, of(helper));
      String[] forward = {"nn.layer.Recurrence.forward", "nn.cell.LstmCell.forward", parts[0]};
      assertEquals(Phase.RECURRENCE_FORWARD, inWorker(forward, parts[1]), "the owner's own part");
    }
    assertNull(of("tensor.Crew.help", "tensor.SharedWork.take"), "there was none to take");
  }

  @Test
  void whoWaitsOrIsElsewhereIsAtNoPhase() throws Exception {
    StackTraceElement park = new StackTraceElement("jdk.internal.misc.Unsafe", "park", null, -2);
    StackTraceElement round = frame("train.Trainer.round");
    assertNull(Phase.of(new StackTraceElement[] {park, round}));
    assertNull(Phase.of(new StackTraceElement[0]));
    assertNull(
        Phase.of(
            new StackTraceElement[] {new StackTraceElement("java.lang.Thread", "x", null, 1)}));
  }

  private static Phase inWorker(String[] calls, String last) throws Exception {
    return inWorker(Stream.concat(Arrays.stream(calls), Stream.of(last)).toArray(String[]::new));
  }

  private static Phase inWorker(String... calls) throws Exception {
    return of(Stream.concat(Arrays.stream(WORKER), Arrays.stream(calls)).toArray(String[]::new));
  }

  /** The phase of calls, the outermost first. */
  private static Phase of(String... calls) throws Exception {
    StackTraceElement[] stack = new StackTraceElement[calls.length];
    for (int i = 0; i < calls.length; i++) {
      stack[calls.length - 1 - i] = frame(calls[i]);
    }
    return Phase.of(stack);
  }

  private static StackTraceElement frame(String call) throws ClassNotFoundException {
    String type = "org.unroll." + call.substring(0, call.lastIndexOf('.'));
    String method = call.substring(call.lastIndexOf('.') + 1);
    assertTrue(
        Arrays.stream(Class.forName(type).getDeclaredMethods())
            .anyMatch(m -> m.getName().equals(method)),
        () -> call + " exists no more; Phase must learn its new name");
    return new StackTraceElement(type, method, null, 1);
  }
}
