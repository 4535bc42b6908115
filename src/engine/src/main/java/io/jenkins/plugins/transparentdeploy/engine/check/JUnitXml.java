package io.jenkins.plugins.transparentdeploy.engine.check;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Smoke tests as every CI server reads test results. */
public final class JUnitXml {
    private JUnitXml() {}

    /**
     * Writes one test suite with a test case for each check. What XML cannot hold is written as {@code \\uXXXX}. The
     * stream is flushed, not closed.
     */
    public static void write(SmokeTestReport report, String suiteName, OutputStream out) throws IOException {
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newFactory().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuite");
            attribute(xml, "name", suiteName);
            attribute(xml, "tests", Integer.toString(report.results().size()));
            attribute(xml, "failures", Long.toString(failures(report)));
            attribute(xml, "errors", "0");
            attribute(xml, "skipped", "0");
            attribute(xml, "timestamp", report.startedAt().toString());
            attribute(xml, "time", seconds(report.took()));
            for (CheckResult result : report.results()) {
                write(result, suiteName, xml);
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.flush();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException("The test results of " + suiteName + " could not be written", e);
        }
    }

    private static void write(CheckResult result, String suiteName, XMLStreamWriter xml) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute(xml, "classname", suiteName);
        attribute(xml, "name", result.name());
        attribute(xml, "time", seconds(result.took()));
        if (!result.passed()) {
            xml.writeStartElement("failure");
            attribute(xml, "type", result.kind());
            attribute(xml, "message", result.detail());
            text(xml, result.detail());
            xml.writeEndElement();
        }
        xml.writeStartElement("system-out");
        text(xml, "attempts: " + result.attempts() + "\nsent: " + result.sent() + "\nreceived: " + result.received());
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static long failures(SmokeTestReport report) {
        return report.results().stream().filter(result -> !result.passed()).count();
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, representable(value));
    }

    private static void text(XMLStreamWriter xml, String value) throws XMLStreamException {
        xml.writeCharacters(representable(value));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
    }

    /** XML 1.0 has no form, not even an escaped one, for most control characters and lone surrogates. */
    static String representable(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isRepresentable(c)) {
                result.appendCodePoint(c);
            } else {
                result.append(String.format(Locale.ROOT, "\\u%04X", c));
            }
        });
        return result.toString();
    }

    /** The production {@code Char} of XML 1.0; but no parser keeps a carriage return as it is. */
    private static boolean isRepresentable(int c) {
        return c == '\t' || c == '\n' || c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
    }
}
