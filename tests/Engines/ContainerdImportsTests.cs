using GpuContainers.Engines.Containerd;

namespace GpuContainers.Engines.Tests;

/// <summary>What stands in other files than the one that is named, and how files look that people really have.</summary>
public sealed class ContainerdImportsTests : IDisposable
{
    private readonly EngineFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private const string CriV2 = "[plugins.\"io.containerd.grpc.v1.cri\"]\n  sandbox_image = \"pause:3.8\"\n"
        + "  [plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc.options]\n    SystemdCgroup = true\n";

    private string Imported(string name, string text)
    {
        Directory.CreateDirectory(_folder.Path + "/conf.d");
        File.WriteAllText(_folder.Path + "/conf.d/" + name, text);
        return _folder.Path + "/conf.d/" + name;
    }

    [Fact]
    [Requirement("CT-196")]
    public void The_drop_in_hides_nothing_of_the_files_that_are_imported()
    {
        _folder.With("version = 2\nimports = [\"conf.d/*.toml\"]\n[plugins.\"io.containerd.grpc.v1.cri\"]\nsandbox_image = \"old\"\n");
        Imported("10-first.toml", CriV2.Replace("3.8", "3.7", StringComparison.Ordinal));
        string last = Imported("20-last.toml", CriV2);
        string text = "";
        string log = LogCapture.Of(() =>
        {
            ContainerdConfig config = ContainerdConfig.Load(_folder.WithDropIn);
            config.AddRuntime("nvidia", "/usr/bin/nvidia-container-runtime", asDefault: true);
            text = EngineFolder.Text(config)!;
        });
        Assert.Contains("sandbox_image = \"pause:3.8\"", text, StringComparison.Ordinal);
        Assert.Contains("runtimes.runc.options]\n            SystemdCgroup = true", text, StringComparison.Ordinal);
        Assert.Contains("BinaryName = \"/usr/bin/nvidia-container-runtime\"\n            SystemdCgroup = true", text, StringComparison.Ordinal);
        Assert.Contains($"Taking the settings of plugin \\\"io.containerd.grpc.v1.cri\\\" from {last}", log, StringComparison.Ordinal);
        Assert.DoesNotContain("is read after", log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-196")]
    public void A_file_that_hides_ours_and_one_that_cannot_be_read_are_named()
    {
        _folder.With("version = 2\nimports = [\"conf.d/*.toml\"]\n");
        string broken = Imported("00-broken.toml", "= 1");
        string later = Imported("zz-later.toml", CriV2);
        string log = LogCapture.Of(() => ContainerdConfig.Load(_folder.WithDropIn));
        Assert.Contains($"{broken} is imported, but cannot be read", log, StringComparison.Ordinal);
        Assert.Contains($"{later} is read after {_folder.DropIn}", log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-196")]
    public void An_nvidia_runtime_that_is_the_only_one_keeps_its_settings()
    {
        _folder.With("version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.nvidia]\nbase_runtime_spec = \"/etc/spec.json\"\n"
            + "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.nvidia.options]\nSystemdCgroup = true\nBinaryName = \"/old\"\n");
        ContainerdConfig config = ContainerdConfig.Load(_folder.WithDropIn);
        config.AddRuntime("nvidia", "/usr/bin/nvidia-container-runtime", asDefault: false);
        string text = EngineFolder.Text(config)!;
        Assert.Contains("base_runtime_spec = \"/etc/spec.json\"", text, StringComparison.Ordinal);
        Assert.Contains("SystemdCgroup = true", text, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CT-197")]
    [InlineData("# k3s\n{{ template \"base\" . }}\n", "(2, 1): {{ begins a template, so this is not TOML yet")]
    [InlineData("[plugins.cri.containerd]\n\nruntimes = 3\n", "(3, 1): plugins.cri.containerd.runtimes must be a table")]
    public void Faults_have_the_place_in_the_users_file(string text, string expected)
    {
        _folder.With(text);
        EngineException fault = Assert.Throws<EngineException>(() =>
        {
            ContainerdConfig config = ContainerdConfig.Load(_folder.InFile);
            config.AddRuntime("nvidia", "/x", asDefault: true);
            config.EnableCdi();
        });
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-197")]
    public void Comments_in_latin_1_keep_their_bytes()
    {
        byte[] text = [.. "version = 2 # f"u8, 0xfc, .. "r alle\n# \"gr"u8, 0xfc, 0xdf, .. "e\"\n"u8];
        File.WriteAllBytes(_folder.Config, text);
        ContainerdConfig config = ContainerdConfig.Load(_folder.InFile);
        config.AddRuntime("nvidia", "/x", asDefault: false);
        byte[] written = config.Changes()[0].Content!;
        Assert.True(written.AsSpan().StartsWith(text));
        Assert.True(written.Length > text.Length);
    }

    [Fact]
    [Requirement("CT-197")]
    public void Values_in_latin_1_are_refused()
    {
        File.WriteAllBytes(_folder.Config, [.. "version = 2\nroot = \"#"u8, 0xfc, .. "\"\n"u8]);
        EngineException fault = Assert.Throws<EngineException>(() => ContainerdConfig.Load(_folder.InFile));
        Assert.Contains("(2, 1): the text is not UTF-8", fault.Message, StringComparison.Ordinal);
    }
}
