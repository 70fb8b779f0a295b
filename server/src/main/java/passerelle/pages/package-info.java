/** HTML that the server draws itself: its look, and the pages of refusals. */
package passerelle.pages;
