package org.unroll.twin;

import java.util.List;
import java.util.Map;

/**
 * What the twin computes.
 *
 * @param loss summed over all targets of all sequences
 * @param weight number of targets
 * @param gradients derivative of the summed loss with respect to every parameter, frozen ones too
 * @param logits per sequence, per target (step), per class
 * @param moments of batch normalisation, by the names of the running ones: mean, and variance of a
 *     sample, over all steps of all sequences
 */
public record TwinResult(
    double loss,
    double weight,
    Map<String, double[][]> gradients,
    List<double[][]> logits,
    Map<String, double[][]> moments) {}
