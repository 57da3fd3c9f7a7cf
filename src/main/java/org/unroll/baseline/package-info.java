/**
 * What a network must beat: the majority class, or counts of pairs of symbols. Counts are integers
 * and losses are summed in fixed point, so the result does not depend on who counted what.
 */
package org.unroll.baseline;
