package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactImporterTest extends ArchivesFixture {
    @ParameterizedTest
    @ValueSource(strings = {"shop.tar", "shop.tar.gz", "shop.tgz"})
    void unpacksTarArchives(String name) throws IOException {
        Path artifact = tar(name, tar -> {
            directory(tar, "./");
            directory(tar, "./bin/");
            file(tar, "./bin/run.sh", 04755, "run");
            link(tar, "bin/start", TarConstants.LF_SYMLINK, "run.sh");
            link(tar, "bin/again.sh", TarConstants.LF_LINK, "bin/run.sh");
            file(tar, "conf/deep/x.conf", 0, "x = 1");
        });

        Manifest manifest = importer.importFrom(artifact, ImportOptions.DEFAULT);

        assertThat(manifest.entries())
                .extracting(ManifestEntry::path)
                .containsExactly(
                        "bin", "bin/again.sh", "bin/run.sh", "bin/start", "conf", "conf/deep", "conf/deep/x.conf");
        assertThat(manifest.find("bin/run.sh"))
                .contains(new FileEntry("bin/run.sh", new FileMode(0755), TIME, Owner.UNKNOWN, 3, id("run")));
        assertThat(manifest.find("bin/again.sh")
                        .orElseThrow()
                        .sameContent(manifest.find("bin/run.sh").orElseThrow()))
                .isTrue();
        assertThat(manifest.find("bin/start")).contains(new SymlinkEntry("bin/start", "run.sh"));
        assertThat(manifest.find("conf/deep/x.conf").map(entry -> ((FileEntry) entry).mode()))
                .contains(new FileMode(0644));
        assertThat(store.load(manifest.id())).isEqualTo(manifest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.zip", "shop.war", "SHOP.JAR"})
    void unpacksZipArchives(String name) throws IOException {
        Path artifact = zip(name, zip -> {
            file(zip, "index.html", 0, "<p>");
            file(zip, "bin/run.sh", 0100755, "run");
            file(zip, "bin/start", 0120777, "run.sh");
            file(zip, "empty/", 0, "");
        });

        Manifest manifest = importer.importFrom(artifact, ImportOptions.DEFAULT);

        assertThat(manifest.entries())
                .extracting(ManifestEntry::path)
                .containsExactly("bin", "bin/run.sh", "bin/start", "empty", "index.html");
        assertThat(manifest.find("bin/run.sh"))
                .contains(new FileEntry("bin/run.sh", new FileMode(0755), TIME, Owner.UNKNOWN, 3, id("run")));
        assertThat(manifest.find("bin/start")).contains(new SymlinkEntry("bin/start", "run.sh"));
    }

    @Test
    void stripsLeadingComponents() throws IOException {
        Path artifact = tar("tomcat.tar.gz", tar -> {
            directory(tar, "apache-tomcat-10.1.0/");
            file(tar, "apache-tomcat-10.1.0/bin/catalina.sh", 0750, "run");
            link(tar, "apache-tomcat-10.1.0/bin/x", TarConstants.LF_LINK, "apache-tomcat-10.1.0/bin/catalina.sh");
        });

        Manifest manifest = importer.importFrom(artifact, new ImportOptions(true, 1));

        assertThat(manifest.entries())
                .extracting(ManifestEntry::path)
                .containsExactly("bin", "bin/catalina.sh", "bin/x");
    }

    @Test
    void refusesToStripAFileAway() throws IOException {
        Path artifact = tar("x.tar", tar -> file(tar, "README", 0644, "read me"));

        assertRefused(artifact, new ImportOptions(true, 1), "nothing is left");
    }

    @Test
    void takesADirectoryAsItIsButNobodysOwner() throws IOException {
        TestTree tree = TestTree.in(directory.resolve("build"))
                .file("bin/run.sh", "run", "rwxr-xr-x")
                .modified("bin/run.sh", TIME)
                .link("bin/start", "run.sh")
                .directory("empty");

        Manifest manifest = importer.importFrom(tree.root(), ImportOptions.DEFAULT);

        assertThat(manifest.find("bin/run.sh"))
                .contains(new FileEntry("bin/run.sh", new FileMode(0755), TIME, Owner.UNKNOWN, 3, id("run")));
        assertThat(manifest.entries())
                .extracting(ManifestEntry::path)
                .containsExactly("bin", "bin/run.sh", "bin/start", "empty");
    }

    @Test
    void takesOneFileUnderItsOwnNameIfItIsNotToBeUnpacked() throws IOException {
        Path artifact = zip("shop.war", zip -> file(zip, "index.html", 0, "<p>"));

        Manifest manifest = importer.importFrom(artifact, new ImportOptions(false, 0));

        assertThat(manifest.entries()).extracting(ManifestEntry::path).containsExactly("shop.war");
        try (InputStream content = store.objects().open(manifest.files().get(0).content())) {
            assertThat(content.readAllBytes()).isEqualTo(Files.readAllBytes(artifact));
        }
    }

    private static ContentId id(String content) {
        return ContentId.of(content.getBytes(StandardCharsets.UTF_8));
    }
}
