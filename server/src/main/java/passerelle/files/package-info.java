/** Files as resources: types, validators, conditions, ranges, listings (RFC 9110 §8, §13, §14). */
package passerelle.files;
