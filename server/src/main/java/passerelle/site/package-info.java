/** What is there: mounts, one way to find what a path leads to, and one cache of it. */
package passerelle.site;
