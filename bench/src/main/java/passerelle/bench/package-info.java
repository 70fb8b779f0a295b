/** JMH benchmarks: what the parts cost on their own, and a GET over the loopback interface. */
package passerelle.bench;
