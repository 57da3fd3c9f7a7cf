/**
 * What a model predicts: how its targets are read, which output layer and loss it has, what is
 * measured, and what must be beaten. One class for each kind of output, registered in {@link
 * org.unroll.task.Tasks}.
 */
package org.unroll.task;
