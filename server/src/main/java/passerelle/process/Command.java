package passerelle.process;

import java.util.List;
import java.util.Map;

/**
 * What it takes to start a program. All text has one character per octet.
 *
 * <p>Immutable.
 *
 * @param arguments the program's absolute name, then its arguments
 * @param environment names and values
 * @param directory the absolute name of the directory that it starts in
 */
public record Command(List<String> arguments, Map<String, String> environment, String directory) {}
