/**
 * What can be known of a run before it: an exact survey of the data as they will be computed, the
 * speed of a few real blocks, and advice on what will not learn. It knows no Spark and trains
 * nothing.
 */
package org.unroll.check;
