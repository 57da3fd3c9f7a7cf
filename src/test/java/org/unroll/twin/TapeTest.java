package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every operation of the tape by itself, and how derivatives go from one to the next. */
class TapeTest {
  private static final double STEP = 1e-5;
  private static final double LIMIT = 1e-8;

  /** An operation on the nodes of two numbers, of which it may use one. */
  private interface Operation {
    int apply(Tape tape, int a, int b);
  }

  private static Map<String, Operation> operations() {
    Map<String, Operation> operations = new LinkedHashMap<>();
    operations.put("add", Tape::add);
    operations.put("subtract", Tape::subtract);
    operations.put("multiply", Tape::multiply);
    operations.put("scale", (tape, a, b) -> tape.scale(a, -1.75));
    operations.put("oneMinus", (tape, a, b) -> tape.oneMinus(a));
    operations.put("tanh", (tape, a, b) -> tape.tanh(a));
    operations.put("sigmoid", (tape, a, b) -> tape.sigmoid(a));
    operations.put("relu", (tape, a, b) -> tape.relu(a));
    operations.put("exp", (tape, a, b) -> tape.exp(a));
    operations.put("log", (tape, a, b) -> tape.log(tape.multiply(a, a)));
    return operations;
  }

  private static double value(Operation operation, double a, double b) {
    Tape tape = Tape.ofValues();
    return tape.value(operation.apply(tape, tape.leaf(a), tape.leaf(b)));
  }

  @Test
  void everyOperationHasTheDerivativesOfItsValue() {
    operations()
        .forEach(
            (name, operation) -> {
              for (double[] at : new double[][] {{0.7, -1.3}, {-0.4, 2.1}}) {
                Tape tape = new Tape();
                int a = tape.leaf(at[0]);
                int b = tape.leaf(at[1]);
                int y = operation.apply(tape, a, b);
                assertEquals(value(operation, at[0], at[1]), tape.value(y), name);
                double byA =
                    value(operation, at[0] + STEP, at[1]) - value(operation, at[0] - STEP, at[1]);
                double byB =
                    value(operation, at[0], at[1] + STEP) - value(operation, at[0], at[1] - STEP);
                double[] derivatives = tape.derivatives(y);
                assertEquals(byA / (2 * STEP), derivatives[a], LIMIT, name);
                assertEquals(byB / (2 * STEP), derivatives[b], LIMIT, name);
              }
            });
  }

  @Test
  void everyOperationIsHere() {
    Set<String> declared =
        Arrays.stream(Tape.class.getDeclaredMethods())
            .filter(method -> method.getReturnType() == int.class && !method.isSynthetic())
            .filter(method -> method.getParameterTypes().length > 0)
            .filter(method -> method.getParameterTypes()[0] == int.class)
            .map(method -> method.getName())
            .collect(Collectors.toCollection(TreeSet::new));
    declared.remove("detach");
    assertEquals(new TreeSet<>(operations().keySet()), declared);
  }

  @Test
  void valuesAreThoseOfTheFormulas() {
    Tape tape = new Tape();
    int a = tape.leaf(0.5);
    int b = tape.leaf(-2);
    assertEquals(-1.5, tape.value(tape.add(a, b)));
    assertEquals(2.5, tape.value(tape.subtract(a, b)));
    assertEquals(-1, tape.value(tape.multiply(a, b)));
    assertEquals(0.5, tape.value(tape.oneMinus(a)));
    assertEquals(1.5, tape.value(tape.scale(a, 3)));
    assertEquals(Math.tanh(0.5), tape.value(tape.tanh(a)));
    assertEquals(1 / (1 + Math.exp(2)), tape.value(tape.sigmoid(b)));
    assertEquals(0, tape.value(tape.relu(b)));
    assertEquals(0.5, tape.value(tape.relu(a)));
    assertEquals(Math.exp(-2), tape.value(tape.exp(b)));
    assertEquals(Math.log(0.5), tape.value(tape.log(a)));
  }

  @Test
  void aNodeUsedTwiceGathersWhatComesBackOnEveryWay() {
    Tape tape = new Tape();
    int x = tape.leaf(3);
    // x² + x³, and x · x with one node as both parents.
    int square = tape.multiply(x, x);
    int y = tape.add(square, tape.multiply(square, x));
    double[] derivatives = tape.derivatives(y);
    assertEquals(2 * 3 + 3 * 9, derivatives[x]);
    assertEquals(1, derivatives[y]);
  }

  @Test
  void nothingPassesADetachedNodeNorFromLaterOnes() {
    Tape tape = new Tape();
    int x = tape.leaf(3);
    int y = tape.multiply(tape.detach(x), x);
    int later = tape.exp(x);
    double[] derivatives = tape.derivatives(y);
    assertEquals(9, tape.value(y));
    assertEquals(3, derivatives[x]);
    assertEquals(0, derivatives[later]);
  }

  @Test
  void theRectifierIsFlatAtZero() {
    Tape tape = new Tape();
    int x = tape.leaf(0);
    int y = tape.relu(x);
    assertEquals(0, tape.value(y));
    assertEquals(0, tape.derivatives(y)[x]);
  }

  /** A tape grows; what was written stays. */
  @Test
  void aLongTapeIsAsGoodAsAShortOne() {
    for (boolean valuesOnly : new boolean[] {false, true}) {
      Tape tape = valuesOnly ? Tape.ofValues() : new Tape();
      int x = tape.leaf(1);
      int y = x;
      for (int i = 0; i < 5000; i++) {
        y = tape.scale(tape.add(y, x), 0.5);
      }
      assertEquals(1, tape.value(y));
      assertEquals(10001, tape.size());
      if (!valuesOnly) {
        assertEquals(1, tape.derivatives(y)[x], 1e-12);
      }
    }
  }

  @Test
  void aTapeOfValuesHasNoWayBack() {
    Tape tape = Tape.ofValues();
    int x = tape.leaf(1);
    assertThrows(IllegalStateException.class, () -> tape.derivatives(x));
  }
}
