package org.unroll.nn.head;

/**
 * Tags of a whole sequence.
 *
 * @param tags one per step
 * @param logProbability of all of them together, in nats
 */
public record TagPath(int[] tags, double logProbability) {}
