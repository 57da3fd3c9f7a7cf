package org.unroll.tensor;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Compiles kernels before a process of tests calls them, as training does: the first test class
 * would else decide how fast they are, and whether they allocate, in all that follow. JUnit finds
 * it by {@code META-INF/services}.
 */
public final class WarmStart implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Kernels.choose().create().warmUp();
  }
}
