/**
 * What is measured: sums and counts that are exact, so that the parts of a data set add up to the
 * same figures in any order and grouping.
 */
package org.unroll.metric;
