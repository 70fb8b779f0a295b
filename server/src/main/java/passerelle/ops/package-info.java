/**
 * What the people who run the server look at: the access log, the log of runs, and standard error.
 */
package passerelle.ops;
