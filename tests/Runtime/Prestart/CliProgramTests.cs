using GpuContainers.Configuration.Model;
using GpuContainers.Linux.Files;
using GpuContainers.Runtime.Prestart;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Prestart;

[Collection(WholeProcess.Name)]
public sealed class CliProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gpu-containers-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Requirement("LG-63")]
    public void A_configured_program_is_used_unchecked_and_keeps_PATH() =>
        Assert.Equal(
            new CliProgram("nowhere/cli", null), CliProgram.Choose(new ContainerCliConfig { Path = "nowhere/cli", Root = "/driver" }, "/bin", default));

    [Fact]
    [Requirement("NL-3")]
    public void Without_another_program_the_work_is_done_here()
    {
        Program("own", UnixFileMode.UserExecute);
        FileStatus own = StatusOf("own");
        Assert.Null(CliProgram.Choose(new ContainerCliConfig { Implementation = "native", Path = "/other/cli" }, "", own));
        Assert.Null(CliProgram.Choose(new ContainerCliConfig { Path = $"{_folder}/own/nvidia-container-cli" }, "", own));
        Assert.Null(CliProgram.Choose(new ContainerCliConfig(), $"{_folder}/own:{_folder}/other", own));
    }

    [Fact]
    [Requirement("NL-3")]
    public void Another_program_is_taken_from_PATH_and_never_our_own_where_an_external_one_is_asked_for()
    {
        Program("own", UnixFileMode.UserExecute);
        Program("other", UnixFileMode.UserExecute);
        FileStatus own = StatusOf("own");
        string other = $"{_folder}/other/nvidia-container-cli";
        Assert.Equal(other, CliProgram.Choose(new ContainerCliConfig(), $"{_folder}/other:{_folder}/own", own)!.Path);
        Assert.Equal(other, CliProgram.Choose(new ContainerCliConfig { Implementation = "external" }, $"{_folder}/own:{_folder}/other", own)!.Path);
    }

    [Fact]
    [Requirement("NL-2")]
    public void An_unknown_implementation_is_an_error_with_the_words_that_are_known()
    {
        CoreException error = Assert.Throws<CoreException>(() => CliProgram.Choose(new ContainerCliConfig { Implementation = "fast" }, "", default));
        Assert.Contains("\"fast\" is not known; write auto, native or external", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("LG-64")]
    [InlineData("", "", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
    [InlineData("/a:/bin", "/", "/a:/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin")]
    [InlineData("/a::b", "", "/a::b:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
    [InlineData("/a:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "/d",
        "/d/a:/d/usr/local/sbin:/d/usr/local/bin:/d/usr/sbin:/d/usr/bin:/d/sbin:/d/bin:/a:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
    public void The_usual_directories_are_added_and_those_below_the_root_come_first(string inherited, string root, string expected) =>
        Assert.Equal(expected, string.Join(':', CliProgram.Directories(inherited, root)));

    [Fact]
    [Requirement("LG-65")]
    public void The_first_executable_file_is_taken()
    {
        Directory.CreateDirectory($"{_folder}/folder/nvidia-container-cli");
        Program("plain", UnixFileMode.UserRead);
        Program("good", UnixFileMode.UserRead | UnixFileMode.OtherExecute);
        Program("later", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string path = $"{_folder}/missing:{_folder}/folder:{_folder}/plain:{_folder}/good:{_folder}/later";
        var found = CliProgram.Find(new ContainerCliConfig(), path, static _ => true);
        Assert.Equal($"{_folder}/good/nvidia-container-cli", found.Path);
        Assert.StartsWith(path + ":/usr/local/sbin:", found.SearchPath, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LG-64")]
    public void The_driver_root_is_searched_first()
    {
        Program("bin", UnixFileMode.UserExecute);
        Program($"root{_folder}/bin", UnixFileMode.UserExecute);
        Assert.Equal(
            $"{_folder}/root{_folder}/bin/nvidia-container-cli",
            CliProgram.Find(new ContainerCliConfig { Root = $"{_folder}/root" }, $"{_folder}/bin", static _ => true).Path);
    }

    [Fact]
    [Requirement("LG-65")]
    public void A_program_that_is_nowhere_is_an_error_with_the_cure()
    {
        // The relative directory holds one, but the working directory of a hook is the bundle.
        string before = Environment.CurrentDirectory;
        Program("bundle", UnixFileMode.UserExecute);
        Environment.CurrentDirectory = _folder;
        try
        {
            CoreException error = Assert.Throws<CoreException>(() => CliProgram.Find(new ContainerCliConfig(), "bundle:", static _ => true));
            Assert.StartsWith(
                "couldn't find binary nvidia-container-cli in PATH: executable file not found in bundle::", error.Message, StringComparison.Ordinal);
            Assert.Contains("nvidia-container-cli.path", error.Message, StringComparison.Ordinal);
            // What works without that program, and not the mode that is set already.
            Assert.EndsWith(HookTexts.WhatWorks, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("nvidia-container-runtime.mode", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private FileStatus StatusOf(string directory) =>
        HostFile.TryStatus($"{_folder}/{directory}/nvidia-container-cli", followLinks: true, out FileStatus status) ? status : default;

    private void Program(string directory, UnixFileMode mode)
    {
        string path = $"{_folder}/{directory}";
        Directory.CreateDirectory(path);
        File.WriteAllText($"{path}/nvidia-container-cli", "");
        File.SetUnixFileMode($"{path}/nvidia-container-cli", mode);
    }
}
