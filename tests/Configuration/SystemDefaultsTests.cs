namespace GpuContainers.Configuration.Tests;

public sealed class SystemDefaultsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Touch(string name, bool executable = false)
    {
        string path = _folder + "/" + name;
        File.WriteAllText(path, "");
        if (executable)
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupExecute);
        return path;
    }

    [Fact]
    public void Ldconfig_is_normalised_to_what_the_host_has_CF_50_CF_51()
    {
        string plain = Touch("ldconfig");
        Assert.Equal("@" + plain, LdconfigPath.Normalize("@" + plain));
        Assert.Equal("@" + plain, LdconfigPath.Normalize($"@{plain}.real"));
        Touch("ldconfig.real");
        Assert.Equal($"@{plain}.real", LdconfigPath.Normalize("@" + plain));
        Assert.Equal($"@{plain}.real", LdconfigPath.Normalize($"@{plain}.real"));
        Assert.Equal(plain, LdconfigPath.Normalize(plain));
    }

    [Theory]
    [InlineData("ID_LIKE=\"suse opensuse\"\n", true)]
    [InlineData("ID=x\nID_LIKE=suse\n", true)]
    [InlineData("ID_LIKE=debian\nID_LIKE=suse\n", false)]
    [InlineData("ID=suse\n", false)]
    [InlineData("ID_LIKE=\"suselike\"\n", false)]
    public void Suse_is_known_by_its_family_CF_52(string text, bool expected)
    {
        File.WriteAllText(_folder + "/os-release", text);
        Assert.Equal(expected, OperatingSystemRelease.IsSuse(_folder + "/os-release"));
    }

    [Fact]
    public void Without_os_release_it_is_not_suse_CF_53() => Assert.False(OperatingSystemRelease.IsSuse(_folder + "/none"));

    [Fact]
    public void Executables_are_resolved_to_absolute_paths_CF_91_CF_92_CF_94()
    {
        Assert.Equal("/not/there", ExecutablePath.Resolve("/not/there", "/usr/bin/x"));
        Assert.Equal("/usr/bin/zz-none", ExecutablePath.Resolve("", "/usr/bin/zz-none"));
        Assert.Equal("/usr/bin/fall", ExecutablePath.Resolve("zz-none", "/usr/bin/fall"));
        Assert.Equal("/usr/bin/fall", ExecutablePath.Resolve("zz/none", "/usr/bin/fall"));
        Assert.Matches("^/(usr/)?bin/sh$", ExecutablePath.Resolve("sh", "/usr/bin/fall"));
        string program = Touch("program", executable: true);
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, program);
        Assert.Equal(program, ExecutablePath.Resolve(relative, "/usr/bin/fall"));
        Assert.Equal("/usr/bin/fall", ExecutablePath.Resolve(Path.GetRelativePath(Environment.CurrentDirectory, Touch("plain")), "/usr/bin/fall"));
    }

    [Fact]
    public void Names_are_no_patterns_CF_95() => Assert.Equal("/usr/bin/fall", ExecutablePath.Resolve("s?", "/usr/bin/fall"));

    [Theory]
    [InlineData("/x/nvidia-ctk", "/x/nvidia-ctk")]
    [InlineData("zz/nvidia-ctk", "/usr/bin/nvidia-ctk")]
    [InlineData("zz/other", "/usr/bin/nvidia-cdi-hook")]
    public void Hooks_of_generated_specifications_have_their_own_fallback_CF_90_CF_93(string configured, string expected) => Assert.Equal(expected, ExecutablePath.CdiHook(configured));
}
