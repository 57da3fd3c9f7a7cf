/**
 * What can be known of a run before it: an exact survey of the data as they will be computed, the
 * speed of a few real blocks, advice on what will not learn, and whether gradients are right. And
 * what can be seen of a network after it: how far back gradients reach. It knows no Spark and
 * trains nothing.
 */
package org.unroll.check;
