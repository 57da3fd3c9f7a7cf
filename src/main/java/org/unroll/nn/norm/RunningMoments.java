package org.unroll.nn.norm;

/**
 * Where the running moments of a normalisation stand among the parameters of a network.
 *
 * @param mean name of the running mean
 * @param variance name of the running variance
 * @param norm knows what the block before has measured
 */
public record RunningMoments(String mean, String variance, BatchNorm norm) {}
