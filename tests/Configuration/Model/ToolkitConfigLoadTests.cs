using System.Text;
using GpuContainers.Configuration.Model;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Configuration.Tests.Model;

public sealed class ToolkitConfigLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ToolkitConfig Parse(string text) => ConfigLoader.Parse(Encoding.UTF8.GetBytes(text), "config.toml");

    private static string Fails(string text) => Assert.Throws<ConfigurationException>(() => Parse(text)).Message;

    [Fact]
    [Requirement("CF-3", "CF-5")]
    public void A_missing_file_means_the_defaults()
    {
        ToolkitConfig config = ConfigLoader.Load(_folder + "/none.toml");
        Assert.False(config.DisableRequire);
        Assert.True(config.AcceptEnvironmentWhenUnprivileged);
        Assert.Equal("/dev/null", config.Runtime.Debug);
        Assert.Equal(["runc", "crun"], config.Runtime.Runtimes);
        Assert.Equal("nvidia-ctk", config.Ctk.Path);
        Assert.StartsWith("@/sbin/ldconfig", config.ContainerCli.Ldconfig);
    }

    // Of one value somebody wants to know whether it is there, and of which type.
    [Theory]
    [Requirement("GN-88")]
    [InlineData("[nvidia-container-cli]\nroot = \"/run/driver\"\n", "\"/run/driver\"")]
    [InlineData("[nvidia-container-cli]\nroot = 3\n", "3")]
    [InlineData("nvidia-container-cli = { root = \"\\u002f\" }\n", "\"/\"")]
    [InlineData("disable-require = \"neither\"\n", null)]
    [InlineData("", null)]
    public void Values_are_read_as_they_stand(string text, string? root)
    {
        string path = _folder + "/config.toml";
        File.WriteAllText(path, text);
        TomlValue? value = ConfigLoader.ReadValues(path)!.Find("nvidia-container-cli", "root");
        Assert.Equal(root, value is null ? null : TomlText.Value(value));
    }

    [Fact]
    [Requirement("CF-3", "CF-5")]
    public void Of_a_missing_file_there_are_no_values_and_of_a_broken_one_an_error()
    {
        Assert.Null(ConfigLoader.ReadValues(_folder + "/none.toml"));
        Assert.Null(ConfigLoader.ReadValues(""));
        Assert.Equal(ConfigurationFailure.Unreadable, Assert.Throws<ConfigurationException>(() => ConfigLoader.ReadValues(_folder)).Reason);
        File.WriteAllText(_folder + "/config.toml", "[nvidia-container-cli\n");
        var broken = Assert.Throws<ConfigurationException>(() => ConfigLoader.ReadValues(_folder + "/config.toml"));
        Assert.EndsWith($"; correct {_folder}/config.toml", broken.Message);
    }

    [Fact]
    [Requirement("CF-3")]
    public void A_named_file_must_exist()
    {
        var error = Assert.Throws<ConfigurationException>(() => ConfigLoader.LoadRequired(_folder + "/none.toml"));
        Assert.Equal(ConfigurationFailure.Missing, error.Reason);
        Assert.StartsWith("open ", error.Message);
    }

    [Fact]
    [Requirement("CF-5")]
    public void A_directory_is_not_a_missing_file()
    {
        File.WriteAllText(_folder + "/plain", "");
        var error = Assert.Throws<ConfigurationException>(() => ConfigLoader.Load(_folder));
        Assert.StartsWith("failed to load specified config file: ", error.Message);
        Assert.Contains("is a directory", error.Message);
        error = Assert.Throws<ConfigurationException>(() => ConfigLoader.Load(_folder + "/plain/x"));
        Assert.Contains("not a directory", error.Message);
    }

    [Fact]
    [Requirement("CF-10")]
    public void Every_spelling_of_TOML_is_read()
    {
        ToolkitConfig config = Parse("\uFEFFdisable-require = true # c\r\nnvidia-ctk.path = '/a\\b'\r\nfeatures = { ignore-imex-channel-requests = true }\r\n" +
            "[nvidia-container-runtime]\r\nlog-level = \"\"\"\r\nx\"\"\"\r\nmodes.cdi = {spec-dirs=[\"/a\",\r\n '/b',]}\r\n[[unknown]]\r\na=1\r\n");
        Assert.True(config.DisableRequire);
        Assert.Equal("/a\\b", config.Ctk.Path);
        Assert.True(config.Features.IgnoreImexChannelRequests);
        Assert.Equal("x", config.Runtime.LogLevel);
        Assert.Equal(["/a", "/b"], config.Runtime.Modes.CdiSpecDirectories);
        Assert.Equal("nvidia.com/gpu", config.Runtime.Modes.CdiDefaultKind);
    }

    [Theory]
    [Requirement("CF-11")]
    [InlineData("a = 1\nx = [1\n", "(3, 1): ")]
    [InlineData("a = 1\na = 2\n", "(2, 1): ")]
    [InlineData("[a]\n[b]\n[a]\n", "(3, 1): ")]
    [InlineData("mode = ", "(1, 8): ")]
    public void Syntax_errors_and_double_definitions_name_their_place(string text, string place) =>
        Assert.StartsWith("failed to load specified config file: " + place, Fails(text));

    [Fact]
    [Requirement("CF-15")]
    public void All_problems_are_reported_at_once() =>
        Assert.Equal(
            "failed to unmarshal config: (1, 1): Can't convert true(string) to bool; (3, 1): Can't convert 1(int64) to string; (4, 18): Can't convert " +
                "2(int64) to string; correct config.toml",
            Fails("disable-require = \"true\"\n[nvidia-container-runtime]\nmode = 1\nruntimes = [\"a\", 2]\n"));

    [Fact]
    [Requirement("CF-12")]
    public void An_empty_list_stays_empty_and_lists_are_replaced()
    {
        ToolkitConfig config = Parse(
            "[nvidia-container-runtime]\nruntimes = [\"x\"]\n[nvidia-container-runtime.modes.cdi]\nspec-dirs = []\nannotation-prefixes = []\n");
        Assert.Equal(["x"], config.Runtime.Runtimes);
        Assert.Empty(config.Runtime.Modes.CdiSpecDirectories);
        Assert.Empty(config.Runtime.Modes.CdiAnnotationPrefixes);
    }

    [Fact]
    [Requirement("CF-13")]
    public void Unknown_keys_are_named_with_the_nearest_known_one()
    {
        ToolkitConfig config = Parse("disable-requires = true\n[nvidia-container-runtime]\nlog_level = \"debug\"\n[zzz]\nq = 1\n");
        Assert.Equal(
            [
                "unknown key disable-requires in line 1 of the configuration is ignored; did you mean disable-require?",
                "unknown key nvidia-container-runtime.log_level in line 3 of the configuration is ignored; did you mean nvidia-container-runtime.log-level?",
                "unknown key zzz in line 4 of the configuration is ignored",
            ],
            config.Warnings);
        Assert.Equal("info", config.Runtime.LogLevel);
    }

    [Fact]
    [Requirement("CF-14")]
    public void Upper_case_names_count_and_mixed_ones_do_not()
    {
        ToolkitConfig config = Parse("[NVIDIA-CONTAINER-RUNTIME]\nRUNTIMES = [\"a\"]\nMode = \"cdi\"\n");
        Assert.Equal(["a"], config.Runtime.Runtimes);
        Assert.Equal("auto", config.Runtime.Mode);
    }

    [Theory]
    [Requirement("CF-15")]
    [InlineData("disable-require = \"true\"", "(1, 1): Can't convert true(string) to bool")]
    [InlineData("[nvidia-container-runtime]\nmode = 1", "(2, 1): Can't convert 1(int64) to string")]
    [InlineData("[nvidia-container-runtime]\nruntimes = \"runc\"", "(2, 1): Can't convert runc(string) to []string")]
    [InlineData("nvidia-container-runtime = \"x\"", "(1, 1): Can't convert x(string) to table")]
    [InlineData("swarm-resource = \"a\\u0000b\"", "(1, 1): Can't convert a\0b(string) to a string without NUL characters")]
    [InlineData("[[nvidia-container-runtime]]", "(1, 3): Can't convert [map[]](array) to table")]
    [InlineData("swarm-resource = 1979-05-27", "(1, 1): Can't convert 1979-05-27(time) to string")]
    public void Types_are_never_converted(string text, string message) =>
        Assert.StartsWith($"failed to unmarshal config: {message}; correct ", Fails(text), StringComparison.Ordinal);

    [Fact]
    [Requirement("CF-16")]
    public void Values_are_not_checked_beyond_their_type() => Assert.Equal("nonsense", Parse("[nvidia-container-runtime]\nmode = \"nonsense\"\n").Runtime.Mode);

    [Theory]
    [Requirement("CF-40")]
    [InlineData("/sbin/ldconfig")]
    [InlineData("")]
    public void Ldconfig_must_be_of_the_host(string value)
    {
        string text = $"[nvidia-container-cli]\nldconfig = \"{value}\"\n";
        Assert.StartsWith($"nvidia-container-cli.ldconfig value \"{value}\" is not host-relative (does not start with a '@')\ninvalid config value; write @",
            Fails(text), StringComparison.Ordinal);
        Assert.Equal(value, Parse(text + "[features]\nallow-ldconfig-from-container = true\n").ContainerCli.Ldconfig);
        Assert.Contains("not host-relative", Fails(text + "[features]\nallow-ldconfig-from-container = false\n"));
    }

    [Fact]
    [Requirement("CF-21", "CF-22", "CF-23")]
    public void Modes_have_tables_of_their_own_and_take_words_of_newer_versions()
    {
        ToolkitConfig config = Parse(
            "[nvidia-container-runtime.modes.jit-cdi]\nnvcdi-feature-flags = [\"of-tomorrow\"]\nnvcdi-disable-hooks = [\"all\", " +
            "\"unknown\"]\n[nvidia-container-runtime.modes.csv]\ncompat-container-root = \"/c\"\n");
        Assert.Equal(["of-tomorrow"], config.Runtime.Modes.GeneratorFeatureFlags);
        Assert.Equal(["all", "unknown"], config.Runtime.Modes.GeneratorDisabledHooks);
        Assert.Equal("/c", config.Runtime.Modes.CsvCompatContainerRoot);
        Assert.Empty(config.Warnings);
    }

    [Fact]
    [Requirement("CF-30")]
    public void Features_have_three_states()
    {
        Assert.Null(Parse("").Features.AllowUnknownOciSpecFields);
        Assert.False(Parse("[features]\nallow-unknown-oci-spec-fields = false\n").Features.AllowUnknownOciSpecFields);
        Assert.True(Parse("[features]\nallow-unknown-oci-spec-fields = true\n").Features.AllowUnknownOciSpecFields);
    }

    [Fact]
    [Requirement("CF-11")]
    public void Bytes_that_are_not_UTF_8_are_refused_with_their_line()
    {
        var error = Assert.Throws<ConfigurationException>(() => ConfigLoader.Parse([.. "a = 1\nb = \""u8, 0xff, .. "\"\n"u8], "f"));
        Assert.StartsWith("failed to load specified config file: (2, 1): the text is not UTF-8", error.Message);
    }
}
