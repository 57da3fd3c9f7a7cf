package org.unroll.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@link Kernels#warmUp} found.
 *
 * @param kernels number of kernels that were compiled
 * @param seconds how long it took
 * @param allocating names of kernels that allocate although compiled: their vectors are boxed, and
 *     they run many times slower than they should
 */
public record WarmUp(int kernels, double seconds, List<String> allocating) {
  private static final int SHOWN = 5;

  /** Nothing to compile. */
  static final WarmUp NONE = new WarmUp(0, 0, List.of());

  public WarmUp {
    allocating = List.copyOf(allocating);
  }

  /** This and another outcome as one. */
  WarmUp and(WarmUp other) {
    List<String> both = new ArrayList<>(allocating);
    both.addAll(other.allocating);
    return new WarmUp(kernels + other.kernels, seconds + other.seconds, both);
  }

  /** One line for the log. */
  @Override
  public String toString() {
    if (kernels == 0) {
      return "no warm-up needed";
    }
    String outcome =
        allocating.isEmpty()
            ? "none allocates"
            : "slow, they allocate: "
                + String.join(", ", allocating.subList(0, Math.min(SHOWN, allocating.size())))
                + (allocating.size() > SHOWN
                    ? " and " + (allocating.size() - SHOWN) + " more"
                    : "");
    return String.format(
        Locale.ROOT, "%d kernels compiled in %.2f s; %s", kernels, seconds, outcome);
  }
}
