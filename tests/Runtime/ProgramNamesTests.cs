using System.Diagnostics;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests;

/// <summary>Which program runs, by the path that is executed, its links, argument 0 and the first word.</summary>
[Requirement("RT-262")]
public sealed class ProgramNamesTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("nvidia-cdi-hook", ProgramKind.CdiHook)]
    [InlineData(".nvidia-cdi-hook-wrapped", ProgramKind.CdiHook)]
    [InlineData("..nvidia-cdi-hook-wrapped.real-wrapped", ProgramKind.CdiHook)]
    [InlineData("vendor-cdi-hook", ProgramKind.CdiHook)]
    [InlineData("my-nvidia-ctk", ProgramKind.Toolkit)]
    [InlineData("nvidia-ctk-1.20", ProgramKind.Toolkit)]
    [InlineData("nvidia-ctk.real", ProgramKind.Toolkit)]
    [InlineData("nvidia-container-toolkit", ProgramKind.LegacyHook)]
    [InlineData("nvidia-container-runtime-hook-1.20", ProgramKind.LegacyHook)]
    [InlineData("old-runtime-hook", ProgramKind.LegacyHook)]
    [InlineData("nvidia-container-cli.real", ProgramKind.ContainerCli)]
    [InlineData("nvidia-container-runtime.real", ProgramKind.Runtime)]
    [InlineData("nvidia-container-runtime-1.20", ProgramKind.Runtime)]
    [InlineData("nvidia-container-runtime.cdi.real", ProgramKind.RuntimeCdi)]
    [InlineData("my-nvidia-container-runtime.legacy", ProgramKind.RuntimeLegacy)]
    public void The_name_of_the_executed_path_decides_whatever_argument_0_is(string name, object kind)
    {
        foreach (string argument in new[] { "hook", "runc", "nvidia-container-runtime", "nvidia-ctk", "" })
            Assert.Equal(kind, ProgramNames.Decide("/usr/bin/" + name, [argument, "create"]));
    }

    [Fact]
    public void Every_link_on_the_way_to_the_file_has_a_say()
    {
        _scratch.File("files/a-copy", "");
        _scratch.Link("files/nvidia-ctk", "a-copy");
        _scratch.Link("second", _scratch.At("files/nvidia-ctk"));
        _scratch.Link("first", "second");
        Assert.Equal(ProgramKind.Toolkit, ProgramNames.Decide(_scratch.At("first"), ["nvidia-cdi-hook"]));
        _scratch.Link("around", "about");
        _scratch.Link("about", "around");
        Assert.Equal(ProgramKind.CdiHook, ProgramNames.Decide(_scratch.At("around"), ["nvidia-cdi-hook"]));
    }

    [Theory]
    [InlineData(ProgramKind.CdiHook, "/x/nvidia-cdi-hook", "update-ldcache")]
    [InlineData(ProgramKind.ContainerCli, "nvidia-container-cli", "list")]
    [InlineData(ProgramKind.CdiHook, "copy", "update-ldcache")]
    [InlineData(ProgramKind.LegacyHook, "copy", "prestart")]
    [InlineData(ProgramKind.Toolkit, "copy", "hook", "chmod")]
    [InlineData(ProgramKind.Toolkit, "copy", "cdi", "list")]
    [InlineData(ProgramKind.Runtime, "copy", "create", "--bundle", "b")]
    [InlineData(ProgramKind.Runtime, "copy", "--root", "/r", "state", "c")]
    [InlineData(ProgramKind.Runtime, "copy")]
    [InlineData(ProgramKind.Runtime)]
    public void A_file_without_a_telling_name_goes_by_argument_0_and_then_by_its_first_word(object kind, params string[] words) =>
        Assert.Equal(kind, ProgramNames.Decide("/opt/copy", words));

    [Fact]
    public void A_handle_is_not_a_name()
    {
        Assert.Equal(ProgramKind.ContainerCli, ProgramNames.Decide("/proc/self/exe", ["nvidia-container-cli", "run-confined"]));
        Assert.Equal(ProgramKind.CdiHook, ProgramNames.Decide("/dev/fd/3", ["nvidia-cdi-hook"]));
    }

    // Argument 0 is free in OCI and CDI; in the second form a hook did nothing, with status 0.
    [Theory]
    [Requirement("RT-263")]
    [InlineData("nvidia-cdi-hook", "hook", "create-symlinks")]
    [InlineData("nvidia-ctk", "nvidia-cdi-hook", "hook", "create-symlinks")]
    [InlineData("nvidia-ctk", "runc", "hook", "create-symlinks")]
    [InlineData("nvidia-cdi-hook", "nvidia-ctk", "hook", "create-symlinks")]
    [InlineData("nvidia-cdi-hook", "nvidia-ctk", "--quiet", "hook", "--debug", "create-symlinks")]
    [InlineData(".nvidia-cdi-hook-wrapped", "x", "create-symlinks")]
    public void A_known_hook_runs_whatever_argument_0_says(string file, params string[] words)
    {
        Result result = Execute(file, [.. words, "--link", "a::/b"]);
        Assert.Contains("level=error msg=\"the container state", result.Errors, StringComparison.Ordinal);
        Assert.Equal(1, result.Status);
    }

    [Fact]
    [Requirement("RT-263", "HK-17")]
    public void An_unknown_hook_behind_the_word_of_the_tools_is_skipped_as_ever()
    {
        Assert.Contains("Unsupported CDI hook: hook", Execute("nvidia-cdi-hook", ["nvidia-ctk", "hook", "of-tomorrow"]).Errors, StringComparison.Ordinal);
        Assert.Contains("Unsupported CDI hook: hook", Execute("nvidia-cdi-hook", ["nvidia-ctk", "hook"]).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_argument_vector_is_as_if_it_held_the_path()
    {
        Result result = Execute("nvidia-cdi-hook", [""]);
        Assert.Equal(0, result.Status);
        Assert.Contains("No CDI hook specified", result.Errors, StringComparison.Ordinal);
    }

    // Bash gives a program any argument 0.
    private Result Execute(string file, string[] words)
    {
        if (!_scratch.Has(file))
            _scratch.Link(file, CoreProgram.Path);
        const string script = "file=$1; name=$2; shift 2; exec -a \"$name\" \"$file\" \"$@\"";
        var start = new ProcessStartInfo("/bin/bash", ["-c", script, "bash", _scratch.At(file), .. words])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new Result(process.ExitCode, errors);
    }

    private sealed record Result(int Status, string Errors);
}
