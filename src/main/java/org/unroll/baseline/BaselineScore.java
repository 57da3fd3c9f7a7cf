package org.unroll.baseline;

import java.io.Serializable;

/**
 * How well a baseline does.
 *
 * @param name {@code majority}, {@code bigram} or {@code unigram}
 * @param loss mean cross-entropy per target that is a class, in nats; NaN if there is none
 * @param accuracy share of targets that are its most likely one
 * @param targets number of targets
 */
public record BaselineScore(String name, double loss, double accuracy, long targets)
    implements Serializable {}
