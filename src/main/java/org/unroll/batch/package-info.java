/**
 * From encoded sequences to blocks: shards place data, blocks are the unit of work, the epoch plan
 * says which block belongs to which round. All of it is a function of data, job and seed alone.
 */
package org.unroll.batch;
