using System.Diagnostics;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Cdi.Tests;

/// <summary>Writing and removing documents.</summary>
public sealed class SpecFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Requirement("CDI-72", "CDI-74")]
    [InlineData("x", "x.yaml", "---")]
    [InlineData("x.yaml", "x.yaml", "---")]
    [InlineData("x.json", "x.json", "{")]
    [InlineData("x.yml", "x.yml.yaml", "---")]
    [InlineData("X.JSON", "X.JSON.yaml", "---")]
    [InlineData("acme.com-npu", "acme.com-npu.yaml", "---")]
    [InlineData("sub/x.json", "sub/x.json", "{")]
    [InlineData("../high/x", "x.yaml", "---")]
    public void The_registry_writes_into_its_last_folder(string name, string file, string beginning)
    {
        CdiRegistry registry = CdiRegistry.Load([_folder.Path + "/low", _folder.Path + "/high"]);
        string path = registry.Save(TestData.Spec(), name);
        Assert.Equal($"{_folder.Path}/high/{file}", path);
        Assert.StartsWith(beginning, File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-73")]
    public void An_invalid_document_touches_nothing()
    {
        CdiRegistry registry = CdiRegistry.Load([_folder.Path + "/new"]);
        Assert.Throws<CdiException>(() => registry.Save(TestData.Spec(ContainerEdits.Empty), "x"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    [Requirement("CDI-74")]
    public void A_caller_can_keep_names_inside()
    {
        CdiRegistry registry = CdiRegistry.Load([_folder.Path + "/in"]);
        Assert.Throws<CdiException>(() => registry.Save(TestData.Spec(), "../out", insideOnly: true));
        Assert.Throws<CdiException>(() => registry.Remove("../out", insideOnly: true));
        Assert.Equal(_folder.Path + "/in/a/b.yaml", registry.Save(TestData.Spec(), "a/b", insideOnly: true));
    }

    [Fact]
    [Requirement("CDI-75")]
    public void Links_are_replaced_and_not_followed()
    {
        string outside = _folder.Write("outside", "precious");
        File.CreateSymbolicLink(_folder.Path + "/x.yaml", outside);
        CdiRegistry.Load([_folder.Path]).Save(TestData.Spec(), "x");
        Assert.Equal("precious", File.ReadAllText(outside));
        Assert.Null(new FileInfo(_folder.Path + "/x.yaml").LinkTarget);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    [Requirement("CDI-75")]
    public void Not_overwriting_is_checked_by_the_kernel()
    {
        string path = _folder.Write("x.yaml", "old");
        LinuxException error = Assert.Throws<LinuxException>(() => CdiSpecFile.Save(path, TestData.Spec(), overwrite: false));
        Assert.Equal(Errno.EEXIST, error.Errno);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
        CdiSpecFile.Save(_folder.Path + "/y.yaml", TestData.Spec(), overwrite: false);
    }

    [Fact]
    [Requirement("CDI-76", "CDI-156")]
    public void Modes_are_final_and_independent_of_the_umask()
    {
        CdiRegistry registry = CdiRegistry.Load([_folder.Path]);
        Assert.Equal("600", Mode(registry.Save(TestData.Spec(), "private")));
        Assert.Equal("640", Mode(registry.Save(TestData.Spec(), "group", mode: UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead)));
        Assert.Equal("644", Mode(CdiSpecFile.Save(_folder.Path + "/saved", TestData.Spec())));
        Assert.Equal("666", Mode(CdiSpecFile.Save(_folder.Path + "/open", TestData.Spec(), mode: FileModes.SharedFile)));
        Assert.Equal("644", Mode(CdiSpecFile.Save(_folder.Path + "/zero", TestData.Spec(), mode: UnixFileMode.None)));
    }

    [Fact]
    [Requirement("CDI-76")]
    public void A_failure_leaves_no_temporary_file()
    {
        Directory.CreateDirectory(_folder.Path + "/x.yaml");
        Assert.Throws<LinuxException>(() => CdiSpecFile.Save(_folder.Path + "/x.yaml", TestData.Spec()));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    [Requirement("CDI-77")]
    public void Removing_is_done_when_there_is_nothing()
    {
        CdiRegistry registry = CdiRegistry.Load([_folder.Path]);
        string path = registry.Save(TestData.Spec(), "x");
        registry.Remove("x");
        Assert.False(File.Exists(path));
        registry.Remove("x");
    }

    [Theory]
    [Requirement("CDI-155")]
    [InlineData("/a/x.yaml", SpecFormat.Json, "/a/x.yaml")]
    [InlineData("/a/x.json", SpecFormat.Yaml, "/a/x.json")]
    [InlineData("/a/x.yml", SpecFormat.Yaml, "/a/x.yml.yaml")]
    [InlineData("/a/x.yml", SpecFormat.Json, "/a/x.yml.json")]
    [InlineData("/a/X.JSON", SpecFormat.Json, "/a/X.JSON.json")]
    [InlineData("/a/sub/", SpecFormat.Yaml, "/a/sub/.yaml")]
    [InlineData("sub/x", SpecFormat.Yaml, "sub/x.yaml")]
    public void The_extension_decides(string path, SpecFormat format, string name) => Assert.Equal(name, CdiSpecFile.NameFor(path, format));

    [Fact]
    [Requirement("CDI-155")]
    public void A_bare_name_is_taken_from_the_working_directory()
    {
        Assert.Equal(Environment.CurrentDirectory + "/-.yaml", CdiSpecFile.NameFor("-"));
        Assert.Equal(Environment.CurrentDirectory + "/x.json", CdiSpecFile.NameFor("./x", SpecFormat.Json));
    }

    private static string Mode(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%a", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }
}
