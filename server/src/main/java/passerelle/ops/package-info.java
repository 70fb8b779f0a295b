/** What the people who run the server look at: the access log and the counters. */
package passerelle.ops;
