package passerelle.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The raw results of JMH.
 *
 * <p>Immutable.
 */
record JmhResults(JsonNode node) {

  List<JmhScore> scores() {
    List<JmhScore> scores = new ArrayList<>();
    node.forEach(score -> scores.add(new JmhScore(score)));
    return scores;
  }

  /** The scores by class, in the order in which they were measured. */
  Map<String, List<JmhScore>> groups() {
    return scores().stream()
        .collect(Collectors.groupingBy(JmhScore::group, LinkedHashMap::new, Collectors.toList()));
  }

  /** The benchmark of a class with that title: method and parameters. */
  Optional<JmhScore> score(String group, String title) {
    return scores().stream()
        .filter(score -> score.group().equals(group) && score.title().equals(title))
        .findFirst();
  }

  /** The different values of something, or the only one. */
  String distinct(Function<JmhScore, String> value) {
    return scores().stream().map(value).distinct().collect(Collectors.joining("; "));
  }
}
