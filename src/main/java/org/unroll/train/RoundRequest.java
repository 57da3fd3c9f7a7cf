package org.unroll.train;

import java.io.Serializable;

/**
 * Which gradient is wanted.
 *
 * @param epoch epoch, from 0
 * @param round round of the epoch, from 0
 * @param level level of the exact sum, see {@link GradientSum}
 */
public record RoundRequest(int epoch, int round, int level) implements Serializable {}
