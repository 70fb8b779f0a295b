/**
 * The report: from the raw results of {@code bench/wrk/run} and of JMH to a page, a Markdown file
 * and charts. {@link passerelle.bench.report.RenderReports} is the command.
 *
 * <p>The charts are drawn by {@link passerelle.bench.report.ChartWriter}. XChart 4.0.3 was tried
 * first: its SVG turns text into outlines, which can be neither searched nor read aloud and depend
 * on the fonts of the machine that drew them; its horizontal bars have one colour a series, and no
 * lines from the least to the most; and it knows no dark mode.
 */
package passerelle.bench.report;
