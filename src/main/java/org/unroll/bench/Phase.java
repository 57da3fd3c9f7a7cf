package org.unroll.bench;

import java.util.Locale;

/** A part of a round; what a thread is at is seen from its stack. */
public enum Phase {
  /** Order of an epoch, symbols and values of a block. */
  BLOCK_FILL,
  /** Bringing parameters into the form that products want, once per update. */
  PACK,
  /** Embedding and {@code W_ih x + b}, forward. */
  INPUT_PROJECTION,
  /** Recurrent product and cell, forward. */
  RECURRENCE_FORWARD,
  /** Output layer and loss, forward and back. */
  HEAD,
  /** Recurrent product and cell, back through time. */
  RECURRENCE_BACKWARD,
  /** Gradients of weights, biases and embedding of the recurrent layers. */
  WEIGHT_GRADIENTS,
  /** Gradient of what a recurrent layer reads. */
  INPUT_GRADIENT,
  /** Dense layers, dropout, pooling. */
  OTHER_LAYERS,
  /** Adding a block's gradient to the exact sum, and sums to each other. */
  EXACT_SUM,
  /** Division, clipping, optimiser. */
  UPDATE,
  /** Parts of other threads' products, taken by a thread that has no block left. */
  HELPING,
  /** Whatever is left. */
  OTHER;

  private static final String PROJECT = "org.unroll.";

  /** As in JSON: {@code weight-gradients}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The phase of a thread with this stack, the innermost call first as in {@link
   * Thread#getStackTrace}; null if it waits or is not at a round.
   */
  static Phase of(StackTraceElement[] stack) {
    if (stack.length == 0 || waits(stack[0])) {
      return null;
    }
    Phase phase = null;
    for (int i = stack.length - 1; i >= 0; i--) {
      String type = stack[i].getClassName();
      if (type.startsWith(PROJECT)) {
        Phase inner = of(type.substring(PROJECT.length()), stack[i].getMethodName(), phase);
        phase = inner == null ? phase : inner;
      }
    }
    return phase;
  }

  private static boolean waits(StackTraceElement top) {
    String method = top.getMethodName();
    return method.equals("park") || method.startsWith("wait") || method.startsWith("sleep");
  }

  /** What a call within {@code outer} tells; null if nothing new. */
  private static Phase of(String type, String method, Phase outer) {
    // What these call belongs to them.
    boolean closed =
        outer == HEAD
            || outer == PACK
            || outer == OTHER_LAYERS
            || outer == UPDATE
            || outer == HELPING;
    if (closed) {
      return null;
    }
    String area = type.substring(0, Math.max(0, type.lastIndexOf('.')));
    boolean back = method.equals("backward");
    return switch (area) {
      case "train" -> training(type, method);
      case "optim" -> UPDATE;
      case "batch" -> BLOCK_FILL;
      case "nn" -> method.equals("bind") ? PACK : null;
      case "nn.head" -> HEAD;
      case "nn.cell" ->
          back ? RECURRENCE_BACKWARD : method.equals("forward") ? RECURRENCE_FORWARD : null;
      case "nn.layer" -> layer(type, method);
      case "tensor" -> tensor(type, method, outer);
      default -> null;
    };
  }

  private static Phase training(String type, String method) {
    if (type.endsWith(".GradientSum")) {
      return method.equals("mean") ? UPDATE : EXACT_SUM;
    }
    if (type.endsWith(".ExactSum")) {
      return EXACT_SUM;
    }
    // A round begins here; seconds spent outside of it are nobody's.
    return method.equals("round") || method.equals("train") ? OTHER : null;
  }

  private static Phase layer(String type, String method) {
    boolean back = method.equals("backward");
    if (!back && !method.equals("forward")) {
      return null;
    }
    if (type.endsWith("Projection")) {
      return back ? INPUT_GRADIENT : INPUT_PROJECTION;
    }
    if (type.endsWith(".Embedding")) {
      return back ? WEIGHT_GRADIENTS : INPUT_PROJECTION;
    }
    if (type.endsWith(".Recurrent") || type.endsWith(".Recurrence")) {
      return back ? RECURRENCE_BACKWARD : RECURRENCE_FORWARD;
    }
    return OTHER_LAYERS;
  }

  private static Phase tensor(String type, String method, Phase outer) {
    if (outer == null) {
      // Not from a layer: a part of somebody else's product.
      return type.contains(".SharedProducts$") && method.equals("compute") ? HELPING : null;
    }
    boolean ofWeights =
        method.startsWith("outer") || method.equals("rowSums") || method.equals("scatterAdd");
    // Clearing the gradient before a block.
    boolean clears = method.equals("zero") && outer == OTHER;
    return ofWeights || clears ? WEIGHT_GRADIENTS : null;
  }
}
