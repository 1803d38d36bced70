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
    [Requirement("CF-50", "CF-51")]
    public void Ldconfig_is_normalised_to_what_the_host_has()
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
    [Requirement("CF-52")]
    [InlineData("ID_LIKE=\"suse opensuse\"\n", true)]
    [InlineData("ID=x\nID_LIKE=suse\n", true)]
    [InlineData("ID_LIKE=debian\nID_LIKE=suse\n", false)]
    [InlineData("ID=suse\n", false)]
    [InlineData("ID_LIKE=\"suselike\"\n", false)]
    public void Suse_is_known_by_its_family(string text, bool expected)
    {
        File.WriteAllText(_folder + "/os-release", text);
        Assert.Equal(expected, OperatingSystemRelease.IsSuse(_folder + "/os-release"));
    }

    [Fact]
    [Requirement("CF-53")]
    public void Without_os_release_it_is_not_suse() => Assert.False(OperatingSystemRelease.IsSuse(_folder + "/none"));

    [Fact]
    [Requirement("CF-91", "CF-92", "CF-94")]
    public void Executables_are_resolved_to_absolute_paths()
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
    [Requirement("CF-95")]
    public void Names_are_no_patterns() => Assert.Equal("/usr/bin/fall", ExecutablePath.Resolve("s?", "/usr/bin/fall"));

    [Theory]
    [Requirement("CF-90", "CF-93")]
    [InlineData("/x/nvidia-ctk", "/x/nvidia-ctk")]
    [InlineData("zz/nvidia-ctk", "/usr/bin/nvidia-ctk")]
    [InlineData("zz/other", "/usr/bin/nvidia-cdi-hook")]
    public void Hooks_of_generated_specifications_have_their_own_fallback(string configured, string expected) =>
        Assert.Equal(expected, ExecutablePath.CdiHook(configured));
}
