/** Directories for people and for programs: read into a snapshot, written as a page or as JSON. */
package passerelle.listing;
