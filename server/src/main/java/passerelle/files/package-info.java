/** Files as resources: types, validators, conditions, ranges, codings (RFC 9110 §8, §13, §14). */
package passerelle.files;
