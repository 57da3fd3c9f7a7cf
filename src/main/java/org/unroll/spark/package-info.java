/**
 * The only package, with the command line, that knows Spark.
 *
 * <p>Reading ({@link org.unroll.spark.DatasetReader}): {@link org.unroll.spark.InputFiles} lists
 * the files, {@link org.unroll.spark.ReadPlan} cuts them into stretches and packs these into tasks,
 * and each task turns its stretches into rows with {@link org.unroll.spark.RowCursor}. A first job
 * counts symbols and sequences, a second one encodes, moves every sequence to its shard and caches
 * the shards. What a sequence is and where it goes depends on the files alone; how they were cut
 * and packed changes nothing but speed.
 *
 * <p>Hadoop's {@code TextInputFormat} is not used because it leaves out overlong lines in silence,
 * ends lines at a lone carriage return, and makes a task of each small file.
 */
package org.unroll.spark;
