using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Prestart;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Prestart;

public sealed class HookConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gpu-containers-test-").FullName;
    private readonly Dictionary<string, string> _variables = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Requirement("LG-10")]
    public void The_file_is_named_by_flag_then_variable_then_home()
    {
        string flag = Write("flag.toml", "swarm-resource = \"flag\"");
        _variables["NVIDIA_CTK_CONFIG_FILE_PATH"] = Write("variable.toml", "swarm-resource = \"variable\"");
        Write("nvidia-container-runtime/config.toml", "swarm-resource = \"home\"");
        _variables["XDG_CONFIG_HOME"] = _folder;
        Assert.Equal("flag", Load(flag).SwarmResource);
        Assert.Equal("variable", Load("").SwarmResource);
        _variables["NVIDIA_CTK_CONFIG_FILE_PATH"] = "";
        Assert.Equal("home", Load("").SwarmResource);
    }

    [Fact]
    [Requirement("LG-11", "LG-13")]
    public void Only_a_file_that_was_named_must_exist()
    {
        string missing = $"{_folder}/missing.toml";
        Assert.StartsWith(
            $"error getting hook config: failed to load config: couldn't open required configuration file: open {missing}: no such file", Failure(missing));
        _variables["NVIDIA_CTK_CONFIG_FILE_PATH"] = missing;
        Assert.StartsWith("error getting hook config: failed to load config: couldn't open required configuration file:", Failure(""));
        _variables.Remove("NVIDIA_CTK_CONFIG_FILE_PATH");
        _variables["XDG_CONFIG_HOME"] = _folder;
        Assert.Equal("", Load("").SwarmResource);
    }

    [Fact]
    [Requirement("LG-11", "LG-13")]
    public void A_default_file_that_is_broken_is_an_error()
    {
        _variables.Remove("NVIDIA_CTK_CONFIG_FILE_PATH");
        _variables["XDG_CONFIG_HOME"] = _folder;
        Write("nvidia-container-runtime/config.toml", "broken");
        Assert.StartsWith("error getting hook config: failed to load config: couldn't open required configuration file:", Failure(""));
        Assert.StartsWith("error getting hook config: failed to load config: couldn't open required configuration file:", Failure(_folder));
    }

    [Fact]
    [Requirement("LG-12")]
    public void Values_override_defaults_and_unknown_keys_do_not_count()
    {
        ToolkitConfig config = Load(Write("c.toml", "future = 1\n[nvidia-container-cli]\nno-cgroups = true\n[other]\nx = []"));
        Assert.True(config.ContainerCli.NoCgroups);
        Assert.True(config.ContainerCli.LoadKernelModules);
    }

    [Fact]
    [Requirement("LG-12", "LG-13")]
    public void A_value_of_the_wrong_type_is_an_error()
    {
        string message = Failure(Write("c.toml", "[nvidia-container-cli]\nno-cgroups = \"yes\""));
        Assert.StartsWith("error getting hook config: failed to load config: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("couldn't open", message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("LG-14")]
    [InlineData("/sbin/ldconfig")]
    [InlineData("")]
    public void The_linker_cache_program_must_be_one_of_the_host(string value)
    {
        string text = $"[nvidia-container-cli]\nldconfig = \"{value}\"\n";
        Assert.Contains($"\"{value}\"", Failure(Write("c.toml", text)), StringComparison.Ordinal);
        Assert.Equal(value, Load(Write("c.toml", text + "[features]\nallow-ldconfig-from-container = true")).ContainerCli.Ldconfig);
    }

    [Theory]
    [Requirement("LG-15")]
    [InlineData("all", "compat32,compute,display,graphics,ngx,utility,video")]
    [InlineData("compat32,compute,display,graphics,ngx,utility,video", "compat32,compute,display,graphics,ngx,utility,video")]
    [InlineData(" video ,, compute", "compute,video")]
    [InlineData("", "")]
    public void The_supported_capabilities_are_all_or_a_list(string value, string expected) =>
        Assert.Equal(expected, Supported(value).ToString());

    [Theory]
    [Requirement("LG-15", "LG-16")]
    [InlineData("compute,magic")]
    [InlineData("all,compute")]
    [InlineData(" all ")]
    [InlineData("Compute")]
    public void A_capability_that_does_not_exist_cannot_be_supported(string value)
    {
        CoreException error = Assert.Throws<CoreException>(() => Supported(value));
        Assert.Contains($"supported-driver-capabilities: '{value}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("compat32,compute,display,graphics,ngx,utility,video", error.Message, StringComparison.Ordinal);
    }

    private static DriverCapabilities Supported(string value) =>
        HookConfiguration.SupportedCapabilities(new ToolkitConfig { SupportedDriverCapabilities = value });

    private ToolkitConfig Load(string named) => HookConfiguration.Load(named, _variables.GetValueOrDefault);

    private string Failure(string named) => Assert.Throws<CoreException>(() => Load(named)).Message;

    private string Write(string name, string text)
    {
        string path = $"{_folder}/{name}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
