using System.Text;
using GpuContainers.Configuration.Editing;
using GpuContainers.Configuration.Keys;
using GpuContainers.Configuration.Model;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Configuration.Tests.Editing;

public sealed class ConfigDocumentTests
{
    private static string Text(ConfigDocument document) => Encoding.UTF8.GetString(document.ToBytes());

    private static string Set(string? text, params string[] changes)
    {
        ConfigDocument document = text is null ? ConfigDocument.Default() : ConfigDocument.Parse(Encoding.UTF8.GetBytes(text));
        foreach (string change in changes)
            document.Apply(ConfigChange.Parse(change, ":"));
        return Text(document);
    }

    [Fact]
    [Requirement("CF-51", "CF-70", "CF-71", "CF-74", "CF-78")]
    public void The_defaults_are_written_to_the_letter()
    {
        string ldconfig = LdconfigPath.Normalize(LdconfigPath.Default);
        string user = OperatingSystemRelease.IsSuse() ? "user = \"root:video\"" : "#user = \"root:video\"";
        string expected =
            $$"""
            #accept-nvidia-visible-devices-as-volume-mounts = false
            #accept-nvidia-visible-devices-envvar-when-unprivileged = true
            disable-require = false
            supported-driver-capabilities = "compat32,compute,display,graphics,ngx,utility,video"
            #swarm-resource = "DOCKER_RESOURCE_GPU"

            [nvidia-container-cli]
            #debug = "/var/log/nvidia-container-toolkit.log"
            environment = []
            #ldcache = "/etc/ld.so.cache"
            ldconfig = "{{ldconfig}}"
            load-kmods = true
            #no-cgroups = false
            #path = "/usr/bin/nvidia-container-cli"
            #root = "/run/nvidia/driver"
            {{user}}

            [nvidia-container-runtime]
            #debug = "/var/log/nvidia-container-runtime.log"
            log-level = "info"
            mode = "auto"
            runtimes = ["runc", "crun"]

            [nvidia-container-runtime.modes]

            [nvidia-container-runtime.modes.cdi]
            annotation-prefixes = ["cdi.k8s.io/"]
            default-kind = "nvidia.com/gpu"
            spec-dirs = ["/etc/cdi", "/var/run/cdi"]

            [nvidia-container-runtime.modes.csv]
            mount-spec-path = "/etc/nvidia-container-runtime/host-files-for-container.d"

            [nvidia-container-runtime.modes.legacy]
            cuda-compat-mode = "ldconfig"

            [nvidia-container-runtime-hook]
            path = "nvidia-container-runtime-hook"
            skip-mode-detection = false

            [nvidia-ctk]
            path = "nvidia-ctk"

            """;
        Assert.Equal(expected, Set(null));
        Assert.Equal(expected, Set(expected));
    }

    [Fact]
    [Requirement("CF-133")]
    public void The_defaults_mean_the_same_as_no_file()
    {
        ToolkitConfig config = ConfigLoader.Parse(ConfigDocument.Default().ToBytes(), "f");
        var defaults = new ToolkitConfig();
        foreach (ConfigKey key in ConfigKeys.All)
            Assert.True(key.Read(config) is { } value ? value.SameAs(key.Read(defaults)!) : key.Read(defaults) is null, key.Path);
        Assert.Empty(config.Warnings);
    }

    [Fact]
    [Requirement("CF-75", "CF-79")]
    public void An_empty_file_gets_the_samples_only()
    {
        string text = Set("");
        Assert.Equal(10, text.Split('\n').Count(line => line.StartsWith('#')));
        Assert.Equal(["[nvidia-container-cli]", "[nvidia-container-runtime]"], text.Split('\n').Where(line => line.StartsWith('[')));
        Assert.Equal(text, Set(text));
    }

    [Theory]
    [Requirement("CF-77", "CF-79", "CF-111", "CF-112", "CF-113", "CF-116")]
    [InlineData("disable-require", "disable-require = true")]
    [InlineData("disable-require=T", "disable-require = true")]
    [InlineData("nvidia-container-runtime.runtimes=a:b", "runtimes = [\"a\", \"b\"]")]
    [InlineData("nvidia-container-runtime.runtimes=a,b", "runtimes = [\"a\", \"b\"]")]
    [InlineData("nvidia-container-runtime.runtimes=", "runtimes = []")]
    [InlineData("nvidia-container-cli.environment=A=B:C=D", "environment = [\"A=B\", \"C=D\"]")]
    [InlineData("features.disable-cuda-compat-lib-hook=false", "[features]\ndisable-cuda-compat-lib-hook = false\n\n[nvidia-container-cli]")]
    [InlineData("swarm-resource=DOCKER_RESOURCE_GPU", "\nswarm-resource = \"DOCKER_RESOURCE_GPU\"\n")]
    [InlineData("swarm-resource=nil", "\nswarm-resource = \"nil\"\n")]
    [InlineData("nvidia-container-cli.no-pivot", "#no-cgroups = false\nno-pivot = true\n#path")]
    [InlineData("nvidia-container-runtime.modes.csv.compat-container-root=/x", "compat-container-root = \"/x\"\nmount-spec-path")]
    [InlineData(
        "nvidia-container-runtime.modes.jit-cdi.nvcdi-disable-hooks=all",
        "modes.csv]\nmount-spec-path = \"/etc/nvidia-container-runtime/host-files-for-container.d\"\n\n"
        + "[nvidia-container-runtime.modes.jit-cdi]\nnvcdi-disable-hooks = [\"all\"]\n\n[nvidia-container-runtime.modes.legacy]")]
    [InlineData("nvidia-container-runtime.debug=/a # b", "debug = \"/a # b\"")]
    public void Set_writes_the_key_at_its_place(string change, string expected)
    {
        string text = Set(null, change);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        // And again (CF-76).
        Assert.Equal(text, Set(text, change));
        Assert.Equal(text, Set(text));
    }

    [Fact]
    [Requirement("CF-113")]
    public void The_last_change_of_a_key_wins() =>
        Assert.Contains("\nmode = \"csv\"\n", Set(null, "nvidia-container-runtime.mode=cdi", "nvidia-container-runtime.mode=csv"), StringComparison.Ordinal);

    [Fact]
    [Requirement("CF-60", "CF-116")]
    public void Nil_removes_a_feature()
    {
        string with = Set(null, "features.disable-imex-channel-creation");
        Assert.DoesNotContain("disable-imex-channel-creation", Set(with, "features.disable-imex-channel-creation=nil"), StringComparison.Ordinal);
        Assert.Equal(Set(null), Set(null, "features.disable-imex-channel-creation=nil"));
    }

    [Fact]
    [Requirement("CF-60", "CF-61", "CF-73")]
    public void What_the_file_sets_stays_set()
    {
        const string text =
            "swarm-resource = \"DOCKER_RESOURCE_GPU\"\nnvidia-container-cli = { debug = \"\" }\n[nvidia-container-runtime]\n#   debug = \"/my/own\" # " +
            "note\nmode = 'auto'\n";
        string written = Set(text);
        foreach (string line in text.Split('\n'))
            Assert.Contains(line, written, StringComparison.Ordinal);
        Assert.DoesNotContain("#swarm-resource", written, StringComparison.Ordinal);
        Assert.DoesNotContain("/var/log/nvidia-container-runtime.log", written, StringComparison.Ordinal);
        Assert.Equal(written, Set(written));
    }

    [Theory]
    [Requirement("CF-113")]
    [InlineData("nvidia-container-runtime = {}\n", "nvidia-container-runtime = { modes = { csv = { mount-spec-path = \"/x\" } } }")]
    [InlineData(
        "nvidia-container-runtime = { mode = \"cdi\" }\n", "nvidia-container-runtime = { mode = \"cdi\", modes = { csv = { mount-spec-path = \"/x\" } } }")]
    [InlineData("nvidia-container-runtime.mode = \"cdi\"\n", "nvidia-container-runtime.modes.csv.mount-spec-path = \"/x\"")]
    public void A_key_below_a_table_in_braces_or_dotted_keys_is_written_there(string text, string expected)
    {
        string written = Set(text, "nvidia-container-runtime.modes.csv.mount-spec-path=/x");
        Assert.Equal(
            new TomlString("/x").ToString(), TomlDocument.Parse(written).Get("nvidia-container-runtime", "modes", "csv", "mount-spec-path")!.ToString());
        Assert.Contains(expected, written.Split('\n'));
    }

    // Files without empty lines, without keys at the top, or with comments that look like keys.
    [Theory]
    [Requirement("CF-75", "CF-76")]
    [InlineData("# debug = \"/x\"\n\n[features]\ndisable-imex-channel-creation = false\n")]
    [InlineData("# about features\n[features]\n")]
    [InlineData("[nvidia-container-cli]\nload-kmods = false\n[nvidia-container-runtime.modes.legacy]\ncuda-compat-mode = \"mount\"\n")]
    [InlineData("unknown-key = 5\n[nvidia-container-cli] # t\n\nload-kmods=false # c\n[nvidia-container-runtime.modes.legacy] # t\ncuda-compat-mode = \"x\"\n")]
    [InlineData(
        "[nvidia-container-cli]\n#user = \"root:video\"\nload-kmods = true\ndebug = \"/x\"\n[nvidia-container-runtime.modes.csv]\nmount-spec-path = " +
        "\"/a\"\n#disable-require = true\n")]
    [InlineData("  disable-require = true\n  [nvidia-container-cli]\n    path = \"/p\"\n  [nvidia-container-runtime]\n    mode = \"cdi\"\n")]
    public void Whatever_the_layout_writing_again_changes_nothing(string text)
    {
        string written = Set(text);
        Assert.Equal(written, Set(written));
        string[] lines = written.Split('\n');
        foreach (ConfigKey key in ConfigKeys.All.Where(key => key.Sample is not null && TomlDocument.Parse(text).Get(key.Parts) is null))
            Assert.Contains(lines, line => line.StartsWith($"#{key.Parts[^1]} = ", StringComparison.Ordinal)
                || line.StartsWith($"# {key.Parts[^1]} = ", StringComparison.Ordinal));
        foreach (string line in text.Split('\n'))
            Assert.Contains(line, lines);
    }

    [Theory]
    [Requirement("CF-114")]
    [InlineData("a=1,b=2", "a=1,b=2")]
    [InlineData("disable-require=1,swarm-resource=x,y", "disable-require=1|swarm-resource=x,y")]
    [InlineData("nvidia-container-runtime.runtimes=a,b,disable-require", "nvidia-container-runtime.runtimes=a,b|disable-require")]
    public void Commas_part_settings_only_before_a_known_key(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', ConfigChange.Split(text)));
}
